package io.meseta.common.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * The last moments of a connection whose request is not read to its end. To close with unread bytes
 * resets the connection, and the client might never see the answer; so the sending half is closed,
 * and what the client still sends is thrown away, for a bounded time and up to a bounded size.
 * Event loop only.
 */
final class Linger {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** After so many bytes the client has to wait for the end of that time. */
  private static final long LIMIT_BYTES = 1024 * 1024;

  private final Channel channel;
  private final ServerCounters counters;
  private long thrownAwayBytes;

  Linger(Channel channel, ServerCounters counters) {
    this.channel = channel;
    this.counters = counters;
  }

  void begin(Deadline deadline, Runnable close) {
    // TLS has to say its own goodbye first, which only a whole close does.
    if (channel instanceof DuplexChannel socket
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = socket.shutdownOutput();
    }
    // Before the codec: it would go on working, and after a head that it could not read it tells of
    // nothing that it throws away, so that the size would have no bound.
    channel.pipeline().addFirst(new ThrowAway());
    deadline.arm(LIMIT, close);
  }

  private final class ThrowAway extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
      ReferenceCountUtil.release(message);
      thrownAwayBytes += bytes;
      counters.bodyBytes.add(bytes);
      if (!readsOn()) {
        channel.config().setAutoRead(false);
      }
    }
  }

  boolean readsOn() {
    return thrownAwayBytes < LIMIT_BYTES;
  }
}
