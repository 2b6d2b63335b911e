package io.meseta.common.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: its requests, one after the other.
 *
 * <pre>
 * AWAITING_HEAD ─► RECEIVING ─► ANSWERING ─► WRITING ─┬─► AWAITING_HEAD      the client goes on
 *       │              │            │                 ├─► LINGERING ─► CLOSED body not read to its end
 *       │              └─ refused ──┼──► WRITING      └─► CLOSED             asked for, or stopping
 *       └── duplex ────────────────►│
 *                                   └─► STREAMING ─► as WRITING, or CLOSED when dropped
 * </pre>
 *
 * <p>What comes before its turn (a pipelined request) waits in a bounded backlog. Reading goes on
 * while an answer is awaited, because only reading shows that a client has gone. Everything runs on
 * the connection's event loop; {@link #run} leads there.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);

  private enum Phase {
    AWAITING_HEAD,
    RECEIVING,
    ANSWERING,
    WRITING,
    STREAMING,
    LINGERING,
    CLOSED
  }

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Channel channel;
  private final ServerContext server;
  private final Deadline deadline;
  private final Backlog backlog = new Backlog();
  private final StallWatch writing;
  private final Linger linger;
  private Phase phase = Phase.AWAITING_HEAD;
  private boolean taking;
  private boolean inputShutdown;

  /** Null between requests. */
  private @Nullable PendingRequest current;

  /** Null unless the current request's answer is a stream. */
  private @Nullable ServerStream stream;

  /** Null unless the current request's body is taken as records before there is an answer. */
  private @Nullable ServerUpload upload;

  /** Who is at the other end, as its certificate says; null until the first request. */
  private HttpRequest.@Nullable Caller caller;

  /** The current request's body is not going to be read to its end. */
  private boolean bodyAbandoned;

  ServerConnection(Channel channel, ServerContext server) {
    this.channel = channel;
    this.server = server;
    this.deadline = new Deadline(channel.eventLoop());
    this.writing =
        new StallWatch(channel, deadline, server.options.timeouts().idle(), this::onStall);
    this.linger = new Linger(channel, server.counters);
  }

  Channel channel() {
    return channel;
  }

  HttpServerOptions.Limits limits() {
    return server.options.limits();
  }

  MemoryBudget memory() {
    return server.memory;
  }

  ServerCounters counters() {
    return server.counters;
  }

  PeerLog peerLog() {
    return server.peerLog;
  }

  /** As {@link EventLoops#run}, on this connection's loop. */
  boolean run(Runnable task) {
    return EventLoops.run(channel.eventLoop(), task);
  }

  // ---- from the socket

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline.arm(server.options.timeouts().header(), this::onNoRequest);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    backlog.add((HttpObject) message);
    continueReading();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      onInputShutdown();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    phase = Phase.CLOSED;
    deadline.cancel();
    backlog.releaseAll();
    endStream(clientLeft());
    endUpload(clientLeft());
    if (current != null) {
      current.forgetBody();
      current.exchange().clientGone();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof io.netty.handler.codec.DecoderException) {
      log.debug("Connection of {} broke in phase {}", peer(), phase, cause);
    } else {
      log.error("Closing the connection of {} in phase {}", peer(), phase, cause);
    }
    CloseReason reason = new CloseReason(CloseReason.Kind.PEER_GONE, String.valueOf(cause));
    endStream(reason);
    endUpload(reason);
    close();
  }

  /** Takes what is in the backlog as far as it is its turn, and reads on or stops reading. */
  void continueReading() {
    if (taking) {
      return;
    }
    taking = true;
    try {
      while (isNextWanted()) {
        HttpObject next = backlog.poll();
        if (next == null) {
          break;
        }
        try {
          take(next);
        } finally {
          ReferenceCountUtil.release(next);
        }
      }
    } finally {
      taking = false;
    }
    updateReading();
  }

  private boolean isNextWanted() {
    return switch (phase) {
      case ANSWERING -> upload != null && upload.wantsBody();
      case WRITING -> false;
      case STREAMING -> stream != null && stream.hasUnreadBody() && stream.receiver().isFlowing();
      case AWAITING_HEAD, RECEIVING, LINGERING, CLOSED -> true;
    };
  }

  private void updateReading() {
    boolean reading = !backlog.isOverLimit() && linger.readsOn();
    if (phase == Phase.ANSWERING && upload != null && upload.hasUnreadBody()) {
      reading = upload.wantsBody();
    }
    if (phase == Phase.STREAMING && stream != null) {
      if (stream.hasUnreadBody()) {
        reading = stream.receiver().isFlowing();
      } else if (!reading && !stream.isEnding()) {
        // Not to read would mean not to notice when this client goes away.
        server.peerLog.warn(
            PeerLog.Kind.FLOOD,
            "Dropping the stream of " + peer() + ": it floods the connection with requests");
        drop(
            stream,
            new CloseReason(CloseReason.Kind.PROTOCOL_ERROR, "requests while the stream is open"));
        return;
      }
    }
    if (channel.config().isAutoRead() != reading) {
      channel.config().setAutoRead(reading);
    }
  }

  private void take(HttpObject object) {
    switch (phase) {
      case AWAITING_HEAD -> {
        if (object instanceof io.netty.handler.codec.http.HttpRequest received) {
          begin(
              RequestHead.of(received, (InetSocketAddress) channel.remoteAddress()).with(caller()));
        }
      }
      case RECEIVING -> {
        if (current != null) {
          receive(current, (HttpContent) object);
        }
      }
      case STREAMING -> receiveRecords((HttpContent) object);
      case ANSWERING -> receiveUpload((HttpContent) object);
      case LINGERING, WRITING, CLOSED -> countBody(object);
    }
  }

  private void onInputShutdown() {
    inputShutdown = true;
    switch (phase) {
      case AWAITING_HEAD, RECEIVING, LINGERING, CLOSED -> close();
      case ANSWERING -> {
        if (upload != null && upload.hasUnreadBody()) {
          endUpload(clientLeft());
          close();
        } else {
          limitAnswering();
        }
      }
      case WRITING -> {}
      case STREAMING -> {
        if (stream != null && !stream.isEnding()) {
          drop(stream, clientLeft());
        }
      }
    }
  }

  // ---- a request

  private HttpRequest.Caller caller() {
    HttpRequest.Caller known = caller;
    if (known == null) {
      known = TlsPeer.of(channel);
      caller = known;
    }
    return known;
  }

  private void begin(RequestHead head) {
    counters().requests.increment();
    Admission admission = Admission.of(head, server.router, limits().maxBodyBytes());
    ServerExchange exchange = new ServerExchange(this, admission.request());
    PendingRequest begun = new PendingRequest(head, admission, exchange, server);
    current = begun;
    switch (admission.kind()) {
      case HANDLE, REFUSE_AFTER_BODY -> {
        phase = Phase.RECEIVING;
        deadline.arm(server.options.timeouts().body(), () -> onBodyTimeout(begun));
        consent(head);
      }
      case OPEN_DUPLEX -> {
        bodyAbandoned = true;
        consent(head);
        dispatch(begun);
      }
      case REFUSE_NOW -> {
        counters().countRefusal(admission.refusalStatus());
        bodyAbandoned = true;
        dispatch(begun);
      }
    }
  }

  /** Bypasses the encoder, which would take it for the answer. */
  private void consent(RequestHead head) {
    if (head.expectsContinue()) {
      var unused =
          channel
              .pipeline()
              .context(HttpServerCodec.class)
              .writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
    }
  }

  private void receive(PendingRequest receiving, HttpContent content) {
    countBody(content);
    if (content.decoderResult().isFailure()) {
      refuseUnread(receiving, HttpResponse.text(400, "The body is not encoded as the header says"));
      return;
    }
    HttpResponse refusal = receiving.add(content.content());
    if (refusal != null) {
      refuseUnread(receiving, refusal);
    } else if (content instanceof LastHttpContent) {
      dispatch(receiving);
    }
  }

  private void dispatch(PendingRequest complete) {
    deadline.cancel();
    phase = Phase.ANSWERING;
    complete.dispatch(counters());
    if (inputShutdown) {
      limitAnswering();
    }
  }

  /**
   * The client has closed its side: it may still read the answer, or it is gone for good and
   * nothing will ever show it. So the handler is told, and has a limited time.
   */
  private void limitAnswering() {
    if (phase == Phase.ANSWERING && current != null) {
      deadline.arm(server.options.timeouts().idle(), this::close);
      current.exchange().clientGone();
    }
  }

  /** Refuses before the body has ended; the connection cannot be used again. */
  private void refuseUnread(PendingRequest refused, HttpResponse response) {
    counters().countRefusal(response.status());
    refused.forgetBody();
    bodyAbandoned = true;
    phase = Phase.ANSWERING;
    refused.exchange().respond(response);
  }

  private void onNoRequest() {
    counters().countRefusal(408);
    bodyAbandoned = true;
    write(HttpResponse.text(408, "No request came in time"), ResponseWriter.Connection.CLOSE);
  }

  private void onBodyTimeout(PendingRequest late) {
    refuseUnread(late, HttpResponse.text(408, "The body did not come in time"));
  }

  /** A request that would not be let in any more does not go on. */
  void judgeAgain() {
    PendingRequest open = current;
    boolean goesOn = phase == Phase.RECEIVING || phase == Phase.ANSWERING || isStreaming();
    if (open == null || !goesOn || open.isStillAdmitted(server.router)) {
      return;
    }
    log.info("{} of {} is dropped: it would be refused now", open.head().request(), peer());
    CloseReason reason = new CloseReason(CloseReason.Kind.ABORTED, "it would be refused now");
    endStream(reason);
    endUpload(reason);
    close();
  }

  private boolean isStreaming() {
    return phase == Phase.STREAMING && stream != null && !stream.isEnding();
  }

  // ---- the answer

  /** Writes the answer of a request, if that is still the current one. */
  void answer(ServerExchange from, HttpResponse response) {
    PendingRequest answered = current;
    if (answered == null || from != answered.exchange() || phase != Phase.ANSWERING) {
      log.debug("The answer {} comes too late: {} has gone", response, peer());
      return;
    }
    endUpload(new CloseReason(CloseReason.Kind.FINISHED, "the request was answered"));
    answered.forgetBody();
    write(response, connectionAfter(answered.head()));
  }

  private ResponseWriter.Connection connectionAfter(RequestHead head) {
    if (bodyAbandoned || isLastRequest() || !head.keepAlive()) {
      return ResponseWriter.Connection.CLOSE;
    }
    return head.http10()
        ? ResponseWriter.Connection.KEEP_AND_SAY_SO
        : ResponseWriter.Connection.KEEP;
  }

  private boolean isLastRequest() {
    return server.isStopping() || (inputShutdown && backlog.isEmpty());
  }

  private void write(HttpResponse response, ResponseWriter.Connection connection) {
    phase = Phase.WRITING;
    writing.start();
    ResponseWriter.write(channel, response, connection)
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    next(connection);
                  } else {
                    close();
                  }
                });
  }

  private void onStall() {
    counters().slowReadersDropped.increment();
    server.peerLog.warn(
        PeerLog.Kind.SLOW_READER,
        "Closing the connection of " + peer() + ": it does not read its answer");
    endStream(new CloseReason(CloseReason.Kind.SLOW_READER, "the end could not be written"));
    close();
  }

  private void next(ResponseWriter.Connection connection) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (bodyAbandoned) {
      beginLingering();
      return;
    }
    if (connection == ResponseWriter.Connection.CLOSE || isLastRequest()) {
      close();
      return;
    }
    current = null;
    phase = Phase.AWAITING_HEAD;
    deadline.arm(server.options.timeouts().idle(), this::close);
    continueReading();
  }

  private void beginLingering() {
    phase = Phase.LINGERING;
    if (inputShutdown) {
      close();
    } else {
      linger.begin(deadline, this::close);
      continueReading();
    }
  }

  // ---- uploads

  /** Takes the body's records, if the request is still the current one and has no answer. */
  void beginUpload(ServerExchange from, ServerUpload newUpload) {
    PendingRequest uploading = current;
    if (uploading == null || from != uploading.exchange() || phase != Phase.ANSWERING) {
      newUpload.over(clientLeft());
      return;
    }
    upload = newUpload;
    continueReading();
  }

  private void receiveUpload(HttpContent content) {
    countBody(content);
    ServerUpload receiving = upload;
    if (receiving == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      receiving.onReceiverError("the body is not encoded as the header says");
      return;
    }
    receiving.receiver().add(content.content());
    if (content instanceof LastHttpContent) {
      // Before the end is told: who hears of it may answer at once.
      bodyAbandoned = false;
      receiving.receiver().endOfBody();
    }
  }

  private void endUpload(CloseReason reason) {
    ServerUpload ended = upload;
    if (ended != null) {
      upload = null;
      ended.over(reason);
    }
  }

  private static CloseReason clientLeft() {
    return new CloseReason(CloseReason.Kind.PEER_GONE, "the client closed the connection");
  }

  // ---- streams

  /** Makes the answer a stream, if the request is still the current one. */
  void beginStream(ServerExchange from, ServerStream newStream, StreamHead streamHead) {
    PendingRequest answered = current;
    boolean isCurrent = answered != null && from == answered.exchange() && phase == Phase.ANSWERING;
    if (answered == null || !isCurrent || inputShutdown) {
      newStream.over(new CloseReason(CloseReason.Kind.PEER_GONE, "the client has gone before"));
      if (isCurrent) {
        close();
      }
      return;
    }
    answered.forgetBody();
    RequestHead head = answered.head();
    if (head.http10() && streamHead.length().isEmpty()) {
      newStream.over(new CloseReason(CloseReason.Kind.PROTOCOL_ERROR, "HTTP/1.0 has no streams"));
      write(HttpResponse.text(505, "Streams need HTTP/1.1"), connectionAfter(head));
      return;
    }
    if (newStream.isOver() || server.isStopping()) {
      newStream.over(new CloseReason(CloseReason.Kind.STOPPING, "the server is stopping"));
      close();
      return;
    }
    stream = newStream;
    phase = Phase.STREAMING;
    counters().openStreams.incrementAndGet();
    ResponseWriter.Connection after =
        !head.keepAlive()
            ? ResponseWriter.Connection.CLOSE
            : head.http10()
                ? ResponseWriter.Connection.KEEP_AND_SAY_SO
                : ResponseWriter.Connection.KEEP;
    ResponseWriter.writeStreamHead(channel, streamHead, after);
    newStream.start();
    continueReading();
  }

  private void receiveRecords(HttpContent content) {
    countBody(content);
    ServerStream receiving = stream;
    if (receiving == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      receiving.onReceiverError("the body is not encoded as the header says");
      return;
    }
    receiving.receiver().add(content.content());
    if (content instanceof LastHttpContent) {
      bodyAbandoned = false;
      receiving.receiver().endOfBody();
    }
  }

  /** The end was queued: see to it that the client takes it. */
  void watchEnd(ServerStream ending) {
    if (ending == stream && phase == Phase.STREAMING) {
      writing.start();
    }
  }

  void endWritten(ServerStream ended, boolean success) {
    if (ended != stream || phase != Phase.STREAMING || current == null) {
      return;
    }
    if (!success) {
      drop(ended, new CloseReason(CloseReason.Kind.PEER_GONE, "the end could not be written"));
      return;
    }
    ResponseWriter.Connection after = connectionAfter(current.head());
    endStream(ended.endReason());
    next(after);
  }

  /** Closes the connection under a stream, without a final chunk. */
  void drop(ServerStream dropped, CloseReason reason) {
    if (dropped == stream) {
      endStream(reason);
      close();
    } else {
      dropped.over(reason);
    }
  }

  private void endStream(CloseReason reason) {
    ServerStream ended = stream;
    if (ended == null) {
      return;
    }
    stream = null;
    deadline.cancel();
    ended.receiver().stop();
    counters().openStreams.decrementAndGet();
    ended.over(reason);
  }

  // ---- the end

  /** The server stops: an answer may finish, a stream may not. */
  void stop() {
    switch (phase) {
      case AWAITING_HEAD, LINGERING, CLOSED -> close();
      case RECEIVING, WRITING -> {}
      case ANSWERING -> {
        if (upload != null && upload.hasUnreadBody()) {
          endUpload(new CloseReason(CloseReason.Kind.STOPPING, "the server is stopping"));
          close();
        }
      }
      case STREAMING -> {
        endStream(new CloseReason(CloseReason.Kind.STOPPING, "the server is stopping"));
        close();
      }
    }
  }

  void close() {
    phase = Phase.CLOSED;
    deadline.cancel();
    var unused = channel.close();
  }

  private void countBody(HttpObject object) {
    if (object instanceof HttpContent content) {
      counters().bodyBytes.add(content.content().readableBytes());
    }
  }

  private String peer() {
    return String.valueOf(channel.remoteAddress());
  }
}
