package io.meseta.common.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server: takes connections and serves the routes of a {@link Router} on them.
 *
 * <p>Requests of one connection are answered in order, one at a time; a client that wants several
 * answers at once opens several connections.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  private static final byte[] TOO_MANY =
      String.join("\r\n", "HTTP/1.1 503 Service Unavailable", "Connection: close", "", "")
          .getBytes(StandardCharsets.US_ASCII);

  /**
   * More requests than one read and the backlog of a connection can hold, so that it is the backlog
   * that makes a client wait, and not the codec that drops it.
   */
  private static final int MAX_PIPELINED = 8192;

  private final ServerContext context;
  private final EventLoopGroup loops;
  private final Channel listener;
  private final AtomicBoolean stopCalled = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private HttpServer(HttpServerOptions options, Router router) throws IOException {
    context = new ServerContext(options, router);
    loops =
        new MultiThreadIoEventLoopGroup(
            options.workerThreads(),
            new DefaultThreadFactory("http-server", true),
            NioIoHandler.newFactory());
    listener = bind(options.bind());
    long periodNs = PeerLog.PERIOD.toNanos();
    var unused =
        loops.scheduleAtFixedRate(context.peerLog::tick, periodNs, periodNs, TimeUnit.NANOSECONDS);
  }

  /**
   * Starts listening; requests may come in before this returns.
   *
   * @throws IOException if the address cannot be listened on
   */
  public static HttpServer start(HttpServerOptions options, Router router) throws IOException {
    return new HttpServer(options, router);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** The port, also when 0 was asked for. */
  public int port() {
    return address().getPort();
  }

  /** What it serves: see {@link Router#paths}. */
  public SortedSet<String> paths() {
    return context.router.paths();
  }

  /** The counters, now. */
  public HttpServerStats stats() {
    return context.counters.snapshot(context.memory.takenBytes());
  }

  /**
   * Stops: takes no new connection, drops streams without an end (so that their clients come back
   * elsewhere at once), lets running answers finish within the time limit, and closes what is left.
   * Returns at once.
   *
   * @return done when every connection is closed and the threads have ended
   */
  public CompletableFuture<Void> stop() {
    if (stopCalled.compareAndSet(false, true)) {
      context.beginStopping();
      listener.close().addListener((ChannelFutureListener) done -> stopConnections());
    }
    return stopped;
  }

  /** Stops, and waits until it has. Not on one of this server's own threads. */
  @Override
  public void close() {
    stop().join();
  }

  private Channel bind(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    admit(channel);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      shutDownLoops();
      throw new IOException(
          "Cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return bound.channel();
  }

  private void admit(SocketChannel channel) {
    ServerCounters counters = context.counters;
    HttpServerOptions options = context.options;
    long open = counters.openConnections.incrementAndGet();
    channel
        .closeFuture()
        .addListener((ChannelFutureListener) done -> counters.openConnections.decrementAndGet());
    if (open > options.limits().maxConnections()) {
      refuse(channel);
      return;
    }
    if (options.tls() != null) {
      channel.pipeline().addLast(options.tls().newHandler(channel.alloc()));
    }
    ServerConnection connection = new ServerConnection(channel, context);
    channel
        .pipeline()
        .addLast(new HttpServerCodec(decoderConfig(options), MAX_PIPELINED), connection);
    context.connections.add(connection);
    channel
        .closeFuture()
        .addListener((ChannelFutureListener) done -> context.connections.remove(connection));
    if (context.isStopping()) {
      connection.close();
    }
  }

  private void refuse(SocketChannel channel) {
    context.counters.refusedConnections.increment();
    context.peerLog.warn(
        PeerLog.Kind.TOO_MANY_CONNECTIONS,
        "Refusing a connection of %s: %d are open, which is the limit"
            .formatted(channel.remoteAddress(), context.options.limits().maxConnections()));
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private static HttpDecoderConfig decoderConfig(HttpServerOptions options) {
    int maxHeaderBytes = options.limits().maxHeaderBytes();
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(maxHeaderBytes)
        .setMaxHeaderSize(maxHeaderBytes);
  }

  private void stopConnections() {
    CompletableFuture<?>[] closed =
        context.connections.stream()
            .map(connection -> {
              CompletableFuture<Void> done = new CompletableFuture<>();
              connection
                  .channel()
                  .closeFuture()
                  .addListener((ChannelFutureListener) future -> done.complete(null));
              connection.run(connection::stop);
              return done;
            })
            .toArray(CompletableFuture<?>[]::new);
    long limitMs = context.options.timeouts().stop().toMillis();
    var unused =
        CompletableFuture.allOf(closed)
            .completeOnTimeout(null, limitMs, TimeUnit.MILLISECONDS)
            .whenComplete((done, failure) -> closeTheRest());
  }

  private void closeTheRest() {
    int left = context.connections.size();
    if (left > 0) {
      log.warn("Closing {} connections whose answers did not finish in time", left);
    }
    context.connections.forEach(connection -> connection.run(connection::close));
    shutDownLoops();
  }

  private void shutDownLoops() {
    loops
        .shutdownGracefully(0, 5, TimeUnit.SECONDS)
        .addListener(done -> {
          context.peerLog.flush();
          stopped.complete(null);
        });
  }
}
