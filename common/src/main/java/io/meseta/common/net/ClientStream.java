package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that was asked for, on a connection of its own, with or without a request body that is a
 * stream too.
 *
 * <pre>
 * CONNECTING ─► AWAITING_HEAD ─┬─► OPEN ────► CLOSED
 *                              └─► REFUSED ─► CLOSED      from everywhere: CLOSED
 * </pre>
 *
 * <p>State belongs to the event loop.
 */
final class ClientStream extends SimpleChannelInboundHandler<HttpObject>
    implements DuplexCall, RecordWriter.Owner, RecordReceiver.Owner {
  private static final Logger log = LoggerFactory.getLogger(ClientStream.class);

  private enum State {
    CONNECTING,
    AWAITING_HEAD,
    OPEN,
    REFUSED,
    CLOSED
  }

  private static final int MAX_REFUSAL_BYTES = 64 * 1024;

  /** How long the server may take to end its half after we have ended ours. */
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final String name;
  private final StreamListener listener;
  private final Consumer<ClientStream> whenClosed;
  private final RecordWriter writer;
  private final RecordReceiver receiver;
  private final Deadline deadline;
  private State state = State.CONNECTING;
  private volatile boolean endRequested;
  private @Nullable Channel channel;
  private io.netty.handler.codec.http.@Nullable HttpResponse refusal;
  private @Nullable BodyBuffer refusalBody;
  private boolean informational;

  /**
   * A stream that is not connected yet.
   *
   * @param name for messages: method and address
   * @param whenClosed told once, on the event loop
   */
  ClientStream(
      EventLoop loop,
      String name,
      HttpClientOptions options,
      StreamListener listener,
      Consumer<ClientStream> whenClosed) {
    this.loop = loop;
    this.name = name;
    this.listener = listener;
    this.whenClosed = whenClosed;
    this.writer =
        new RecordWriter(
            options.limits().streamBufferBytes(),
            MemoryBudget.unlimited(),
            RecordWriter.Framing.RECORD,
            this);
    this.receiver =
        new RecordReceiver(options.limits().maxRecordBytes(), MemoryBudget.unlimited(), this);
    this.deadline = new Deadline(loop);
  }

  // ---- for the caller, on any thread

  @Override
  public boolean send(byte[] record) {
    return writer.send(record);
  }

  @Override
  public void close() {
    // Before the end is written: the peer's own end may come at once, and is then an answer to
    // ours.
    endRequested = true;
    if (writer.end()) {
      run(() -> {
        if (state == State.OPEN) {
          awaitPeersEnd();
        }
      });
    }
  }

  @Override
  public void abort() {
    finishLater(new CloseReason(CloseReason.Kind.ABORTED, "the connection was dropped here"));
  }

  @Override
  public void pause() {
    run(() -> {
      receiver.pause();
      updateReading();
    });
  }

  @Override
  public void resume() {
    run(() -> {
      receiver.resume();
      updateReading();
    });
  }

  // ---- for the client

  /** Begins to count the time until the answer. */
  void begin(Duration openTimeout) {
    run(() -> deadline.arm(openTimeout, () -> onOpenTimeout(openTimeout)));
  }

  /** Connected: asks. A request without a whole body is followed by what was and will be sent. */
  void connected(Channel newChannel, HttpRequest request) {
    channel = newChannel;
    if (state == State.CLOSED) {
      closeChannel();
      return;
    }
    state = State.AWAITING_HEAD;
    newChannel.pipeline().addLast(this);
    newChannel
        .writeAndFlush(request)
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (!done.isSuccess()) {
                    finish(
                        new CloseReason(
                            CloseReason.Kind.PEER_GONE, "sending failed: " + done.cause()));
                  }
                });
    if (!(request instanceof LastHttpContent)) {
      writer.start(newChannel);
    }
  }

  void connectFailed(Throwable cause) {
    finish(new CloseReason(CloseReason.Kind.CONNECT_FAILED, String.valueOf(cause.getMessage())));
  }

  void finishLater(CloseReason reason) {
    writer.stop();
    if (!EventLoops.run(loop, () -> finish(reason))) {
      finish(reason);
    }
  }

  // ---- from the socket

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      onReceiverError("the answer is not HTTP/1.1");
      return;
    }
    if (message instanceof io.netty.handler.codec.http.HttpResponse head) {
      informational = head.status().code() < 200;
      if (!informational && state == State.AWAITING_HEAD) {
        onHead(head);
      }
    }
    if (message instanceof HttpContent content && !informational) {
      onContent(content);
    }
  }

  private void onHead(io.netty.handler.codec.http.HttpResponse head) {
    if (head.status().code() != 200) {
      state = State.REFUSED;
      refusal = head;
      refusalBody = new BodyBuffer(MAX_REFUSAL_BYTES);
      writer.stop();
      return;
    }
    state = State.OPEN;
    deadline.cancel();
    if (endRequested) {
      awaitPeersEnd();
    }
    if (tell(() -> listener.onOpen(Headers.ofReceived(head.headers())))) {
      receiver.receive(listener::onRecord);
      updateReading();
    }
  }

  private void onContent(HttpContent content) {
    if (state == State.OPEN) {
      receiver.add(content.content());
      if (content instanceof LastHttpContent) {
        receiver.endOfBody();
      }
    } else if (state == State.REFUSED && refusalBody != null) {
      refusalBody.addWhatFits(content.content());
      if (content instanceof LastHttpContent) {
        tellRefusal();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state == State.REFUSED) {
      tellRefusal();
    }
    finish(
        new CloseReason(
            CloseReason.Kind.PEER_GONE,
            state == State.OPEN
                ? "the server closed the connection without an end"
                : "the server closed the connection without an answer"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    finish(new CloseReason(CloseReason.Kind.PEER_GONE, String.valueOf(cause)));
  }

  private void onOpenTimeout(Duration limit) {
    if (state == State.REFUSED) {
      tellRefusal();
    } else {
      String phase = state == State.CONNECTING ? "no connection" : "no answer";
      finish(
          new CloseReason(CloseReason.Kind.TIMEOUT, phase + " within " + limit.toMillis() + " ms"));
    }
  }

  private void awaitPeersEnd() {
    deadline.arm(
        END_TIMEOUT,
        () ->
            finish(
                new CloseReason(
                    CloseReason.Kind.FINISHED, "ended here; the server did not end its half")));
  }

  private void updateReading() {
    if (channel != null && state == State.OPEN) {
      channel.config().setAutoRead(receiver.isFlowing() || receiver.hasBodyEnded());
    }
  }

  // ---- from the two halves

  @Override
  public void onOverflow(long waitingBytes) {
    finishLater(
        new CloseReason(
            CloseReason.Kind.SLOW_READER,
            waitingBytes + " bytes wait for the server to read, which is over the limit"));
  }

  @Override
  public void onEndWritten(boolean success) {
    if (!success) {
      finish(new CloseReason(CloseReason.Kind.PEER_GONE, "the end could not be written"));
    }
  }

  @Override
  public void onReceiverEnd() {
    finish(
        endRequested
            ? new CloseReason(CloseReason.Kind.FINISHED, "both halves were ended")
            : new CloseReason(CloseReason.Kind.PEER_FINISHED, "the server ended the stream"));
  }

  @Override
  public void onReceiverError(String reason) {
    finish(new CloseReason(CloseReason.Kind.PROTOCOL_ERROR, reason));
  }

  @Override
  public void onListenerFailure(RuntimeException failure) {
    log.error("The listener of the stream {} failed", name, failure);
    finish(new CloseReason(CloseReason.Kind.LISTENER_FAILED, String.valueOf(failure)));
  }

  // ---- the end

  private void tellRefusal() {
    io.netty.handler.codec.http.HttpResponse head = refusal;
    BodyBuffer body = refusalBody;
    if (head == null || body == null || state != State.REFUSED) {
      return;
    }
    ClientResponse response =
        new ClientResponse(
            head.status().code(), Headers.ofReceived(head.headers()), body.toBytes());
    if (tell(() -> listener.onRefused(response))) {
      finish(new CloseReason(CloseReason.Kind.REFUSED, "the answer was " + head.status()));
    }
  }

  /** Whether the listener took it. */
  private boolean tell(Runnable call) {
    try {
      call.run();
      return true;
    } catch (RuntimeException e) {
      onListenerFailure(e);
      return false;
    }
  }

  private void finish(CloseReason reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    deadline.cancel();
    writer.stop();
    receiver.stop();
    closeChannel();
    whenClosed.accept(this);
    try {
      listener.onClosed(reason);
    } catch (RuntimeException e) {
      log.error("The listener of the stream {} failed when told of its end", name, e);
    }
  }

  private void closeChannel() {
    if (channel != null) {
      var unused = channel.close();
    }
  }

  private void run(Runnable task) {
    // False means that the client was closed, which has finished this stream.
    EventLoops.run(loop, task);
  }
}
