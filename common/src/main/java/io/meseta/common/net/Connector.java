package io.meseta.common.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes connections. Names are looked up on threads of their own, because the lookup blocks; the
 * addresses of a name are tried one after the other.
 */
final class Connector implements AutoCloseable {

  /** What came of it, on the event loop. */
  interface Outcome {
    /** Connected, with the codec in the pipeline; it may be closed again already. */
    void connected(Channel channel);

    /** Not connected, by any address. */
    void failed(Throwable cause);
  }

  private static final int LOOKUP_THREADS = 2;
  private static final int MAX_WAITING_LOOKUPS = 1024;

  private final HttpClientOptions options;
  private final ThreadPoolExecutor lookups;

  Connector(HttpClientOptions options) {
    this.options = options;
    lookups =
        new ThreadPoolExecutor(
            LOOKUP_THREADS,
            LOOKUP_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING_LOOKUPS),
            new DefaultThreadFactory("http-client-lookup", true));
    lookups.allowCoreThreadTimeOut(true);
  }

  /** Connects; may be called on any thread. */
  void connect(EventLoop loop, Origin origin, Outcome outcome) {
    try {
      lookups.execute(() -> lookUpAndConnect(loop, origin, outcome));
    } catch (RejectedExecutionException e) {
      EventLoops.run(loop, () -> outcome.failed(e));
    }
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }

  private void lookUpAndConnect(EventLoop loop, Origin origin, Outcome outcome) {
    List<InetAddress> addresses;
    try {
      addresses = List.of(InetAddress.getAllByName(origin.hostToLookUp()));
    } catch (UnknownHostException e) {
      UnknownHostException named =
          new UnknownHostException("the host name " + origin.host() + " is not known");
      named.initCause(e);
      EventLoops.run(loop, () -> outcome.failed(named));
      return;
    }
    Bootstrap bootstrap = bootstrap(loop, origin);
    EventLoops.run(loop, () -> tryNext(bootstrap, origin, addresses.iterator(), outcome));
  }

  private static void tryNext(
      Bootstrap bootstrap, Origin origin, Iterator<InetAddress> addresses, Outcome outcome) {
    bootstrap
        .connect(new InetSocketAddress(addresses.next(), origin.port()))
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    outcome.connected(done.channel());
                  } else if (addresses.hasNext()) {
                    tryNext(bootstrap, origin, addresses, outcome);
                  } else {
                    outcome.failed(done.cause());
                  }
                });
  }

  private Bootstrap bootstrap(EventLoop loop, Origin origin) {
    return new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            Math.toIntExact(options.timeouts().connect().toMillis()))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                if (origin.tls() && options.tls() != null) {
                  channel
                      .pipeline()
                      .addLast(
                          options
                              .tls()
                              .newHandler(channel.alloc(), origin.hostToLookUp(), origin.port()));
                }
                channel.pipeline().addLast(new HttpClientCodec());
              }
            });
  }
}
