package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
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
  private long thrownAwayBytes;

  Linger(Channel channel) {
    this.channel = channel;
  }

  void begin(Deadline deadline, Runnable close) {
    // TLS has to say its own goodbye first, which only a whole close does.
    if (channel instanceof DuplexChannel socket
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = socket.shutdownOutput();
    }
    deadline.arm(LIMIT, close);
  }

  void throwAway(int bytes) {
    thrownAwayBytes += bytes;
  }

  boolean readsOn() {
    return thrownAwayBytes < LIMIT_BYTES;
  }
}
