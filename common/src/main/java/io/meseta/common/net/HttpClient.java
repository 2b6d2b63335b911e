package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An HTTP/1.1 client: calls over a small pool of connections per host, and streams, each on a
 * connection of its own. One client serves a whole process; its methods may be called from any
 * thread and never block.
 *
 * <p>It follows no redirect and asks nothing twice, but for one case: a pooled connection that
 * turns out to be closed before the server can have acted on a call.
 */
public final class HttpClient implements AutoCloseable {
  private static final long SHUTDOWN_SECONDS = 5;

  private final HttpClientOptions options;
  private final EventLoopGroup loops;
  private final Connector connector;
  private final Map<Origin, OriginPool> pools = new ConcurrentHashMap<>();
  private final Set<ClientStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A client with no connection yet. Close it to end its threads. */
  public HttpClient(HttpClientOptions options) {
    this.options = options;
    this.connector = new Connector(options);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            options.threads(),
            new DefaultThreadFactory("http-client", true),
            NioIoHandler.newFactory());
  }

  /**
   * Asks, and gives the whole answer, whatever its status.
   *
   * @param timeout for everything: waiting for a connection, connecting, the answer
   * @return fails with {@link HttpCallException}; completes on a Netty thread, which what depends
   *     on it must not block; cancelling it drops the call's connection
   * @throws IllegalArgumentException if this is no http address, or https and there is no TLS
   */
  public CompletableFuture<ClientResponse> call(
      URI uri, String method, Headers headers, byte[] body, Duration timeout) {
    UnaryCall call = new UnaryCall(method, uri, headers, body);
    requireTlsFor(call.origin);
    dispatch(call, timeout);
    return call.future;
  }

  /**
   * Posts a body and takes the answer as a stream of records.
   *
   * @throws IllegalArgumentException as {@link #call}
   */
  public StreamCall openStream(URI uri, Headers headers, byte[] body, StreamListener listener) {
    UnaryCall request = new UnaryCall("POST", uri, headers, body);
    requireTlsFor(request.origin);
    return open(uri, listener, request::toRequest);
  }

  /**
   * Posts a stream of records and takes the answer as another, both at the same time on one
   * connection.
   *
   * @throws IllegalArgumentException as {@link #call}
   */
  public DuplexCall openDuplex(URI uri, Headers headers, StreamListener listener) {
    Origin origin = Origin.of(uri);
    requireTlsFor(origin);
    return open(uri, listener, () -> UnaryCall.chunkedPost(uri, headers, origin));
  }

  /**
   * Ends everything: calls fail, streams are closed without an end. Waits until the threads have
   * ended, unless called on one of them.
   */
  @Override
  public void close() {
    closed = true;
    CloseReason stopping = new CloseReason(CloseReason.Kind.STOPPING, "the client was closed");
    streams.forEach(stream -> stream.finishLater(stopping));
    pools.values().forEach(pool -> EventLoops.run(pool.loop(), pool::close));
    connector.close();
    io.netty.util.concurrent.Future<?> ended =
        loops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    if (!isOwnThread()) {
      ended.awaitUninterruptibly(2 * SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void dispatch(UnaryCall call, Duration timeout) {
    OriginPool pool = poolOf(call.origin);
    if (closed || !EventLoops.run(pool.loop(), () -> submit(pool, call, timeout))) {
      call.fail(HttpCallException.Kind.CLOSED, "the client is closed", null);
    }
  }

  private void submit(OriginPool pool, UnaryCall call, Duration timeout) {
    ScheduledFuture<?> timer =
        pool.loop()
            .schedule(
                () ->
                    call.fail(
                        HttpCallException.Kind.TIMEOUT,
                        "no answer within " + timeout.toMillis() + " ms",
                        null),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    call.whenDone(() -> timer.cancel(false));
    call.whenFailed(() -> EventLoops.run(pool.loop(), () -> pool.giveUp(call)));
    pool.submit(call);
  }

  private OriginPool poolOf(Origin origin) {
    return pools.computeIfAbsent(
        origin, key -> new OriginPool(loops.next(), key, options, connector, new PoolOwner()));
  }

  private ClientStream open(URI uri, StreamListener listener, Supplier<HttpRequest> request) {
    Origin origin = Origin.of(uri);
    EventLoop loop = loops.next();
    ClientStream stream =
        new ClientStream(
            loop, "POST " + origin + uri.getPath(), options, listener, streams::remove);
    streams.add(stream);
    if (closed) {
      stream.finishLater(new CloseReason(CloseReason.Kind.STOPPING, "the client is closed"));
      return stream;
    }
    stream.begin(options.timeouts().streamOpen());
    connector.connect(
        loop,
        origin,
        new Connector.Outcome() {
          @Override
          public void connected(Channel channel) {
            stream.connected(channel, request.get());
          }

          @Override
          public void failed(Throwable cause) {
            stream.connectFailed(cause);
          }
        });
    return stream;
  }

  private void requireTlsFor(Origin origin) {
    if (origin.tls() && options.tls() == null) {
      throw new IllegalArgumentException(
          "No TLS is configured for this client, so it cannot call " + origin);
    }
  }

  private boolean isOwnThread() {
    for (io.netty.util.concurrent.EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return true;
      }
    }
    return false;
  }

  /** Called by pools, on their loops. */
  private final class PoolOwner implements OriginPool.Owner {
    @Override
    public void retired(OriginPool pool) {
      pools.remove(pool.origin(), pool);
    }

    @Override
    public void resubmit(UnaryCall call) {
      if (closed) {
        call.fail(HttpCallException.Kind.CLOSED, "the client is closed", null);
        return;
      }
      OriginPool fresh = poolOf(call.origin);
      call.whenFailed(() -> EventLoops.run(fresh.loop(), () -> fresh.giveUp(call)));
      if (!EventLoops.run(fresh.loop(), () -> fresh.submit(call))) {
        call.fail(HttpCallException.Kind.CLOSED, "the client is closed", null);
      }
    }
  }
}
