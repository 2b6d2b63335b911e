package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** A client connection for calls, one at a time. Event loop only. */
final class PooledConnection extends SimpleChannelInboundHandler<HttpObject> {
  private final OriginPool pool;
  private final int maxBodyBytes;
  private final Deadline idleDeadline;
  private final Channel channel;
  private boolean gone;

  // Of the current call.
  private @Nullable UnaryCall current;
  private boolean reused;
  private boolean requestWritten;
  private io.netty.handler.codec.http.@Nullable HttpResponse answer;
  private @Nullable BodyBuffer body;
  private @Nullable Throwable lossCause;

  PooledConnection(OriginPool pool, Channel channel, int maxBodyBytes) {
    this.pool = pool;
    this.channel = channel;
    this.maxBodyBytes = maxBodyBytes;
    this.idleDeadline = new Deadline(pool.loop());
  }

  /** How a call comes to its connection. */
  enum Origination {
    FRESH,
    REUSED
  }

  boolean isUsable() {
    return channel.isActive();
  }

  void send(UnaryCall call, Origination origination) {
    idleDeadline.cancel();
    current = call;
    call.connection = this;
    reused = origination == Origination.REUSED;
    requestWritten = false;
    lossCause = null;
    channel
        .writeAndFlush(call.toRequest())
        .addListener(
            (ChannelFutureListener)
                done -> {
                  requestWritten = done.isSuccess();
                  if (!done.isSuccess()) {
                    lossCause = done.cause();
                    close();
                    lost();
                  }
                });
  }

  void rest(java.time.Duration limit) {
    idleDeadline.arm(limit, this::close);
  }

  /** Gives up the call that is running here, and the connection with it. */
  void giveUp(UnaryCall call) {
    if (current == call) {
      current = null;
      close();
    }
  }

  void close() {
    var unused = channel.close();
  }

  /** The running call, if there is one. */
  @Nullable UnaryCall current() {
    return current;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (current == null) {
      // Nothing was asked: whatever this is, the next call must not take it for its answer.
      close();
      return;
    }
    if (message.decoderResult().isFailure()) {
      fail(HttpCallException.Kind.PROTOCOL_ERROR, "the answer is not HTTP/1.1");
      return;
    }
    if (message instanceof io.netty.handler.codec.http.HttpResponse head) {
      answer = head;
      body = new BodyBuffer(maxBodyBytes);
    }
    if (message instanceof HttpContent content) {
      receive(content);
    }
  }

  private void receive(HttpContent content) {
    if (answer == null || body == null) {
      return;
    }
    boolean informational = answer.status().code() < 200;
    if (informational) {
      if (content instanceof LastHttpContent) {
        answer = null;
      }
      return;
    }
    if (!body.add(content.content())) {
      fail(
          HttpCallException.Kind.TOO_LARGE,
          "the answer is over the limit of " + maxBodyBytes + " bytes");
      return;
    }
    if (content instanceof LastHttpContent) {
      complete(answer, body);
    }
  }

  private void complete(io.netty.handler.codec.http.HttpResponse head, BodyBuffer whole) {
    UnaryCall done = current;
    current = null;
    answer = null;
    body = null;
    if (HttpUtil.isKeepAlive(head)) {
      pool.released(this);
    } else {
      close();
    }
    if (done != null) {
      done.future.complete(
          new ClientResponse(
              head.status().code(), Headers.ofReceived(head.headers()), whole.toBytes()));
    }
  }

  private void fail(HttpCallException.Kind kind, String reason) {
    UnaryCall failed = current;
    current = null;
    close();
    if (failed != null) {
      failed.fail(kind, reason, null);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lossCause = cause;
    close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost();
  }

  /** Also called when a request cannot be written: the channel may have ended before we joined. */
  private void lost() {
    if (gone) {
      return;
    }
    gone = true;
    idleDeadline.cancel();
    UnaryCall lost = current;
    current = null;
    if (lost == null || lost.isDone()) {
      pool.closed(this, null);
    } else if (mayTryAgain(lost)) {
      lost.retried = true;
      lost.connection = null;
      pool.closed(this, lost);
    } else {
      pool.closed(this, null);
      lost.fail(
          HttpCallException.Kind.CONNECTION_LOST,
          "the connection broke before the answer was complete"
              + (lossCause == null ? "" : ": " + lossCause.getMessage()),
          lossCause);
    }
  }

  /**
   * A server may close an idle connection at the moment that we use it again. Then the call goes to
   * a fresh connection, if the server cannot have acted on it (it never got all of the request) or
   * if acting twice does no harm.
   */
  private boolean mayTryAgain(UnaryCall call) {
    return reused && answer == null && !call.retried && (call.isSafe() || !requestWritten);
  }
}
