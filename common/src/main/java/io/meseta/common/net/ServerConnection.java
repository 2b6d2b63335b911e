package io.meseta.common.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  /** A refused request's body up to this size is read, so that the connection can stay open. */
  private static final long READ_AND_IGNORE_BYTES = 64 * 1024;

  /**
   * How long what a refused client still sends is thrown away: to close with unread bytes would
   * reset the connection, and the client might never see the answer.
   */
  private static final Duration LINGER = Duration.ofSeconds(2);

  /** After so many bytes it has to wait for the end of that time. */
  private static final long LINGER_BYTES = 1024 * 1024;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Channel channel;
  private final ServerContext server;
  private final Deadline deadline;
  private final Backlog backlog = new Backlog();
  private Phase phase = Phase.AWAITING_HEAD;
  private boolean taking;
  private boolean inputShutdown;

  // Of the current request; null between requests.
  private @Nullable RequestHead head;
  private @Nullable HttpHandler handler;
  private @Nullable HttpResponse refusal;
  private @Nullable BodyBuffer body;
  private @Nullable ServerExchange exchange;
  private @Nullable ServerStream stream;

  /** The current request's body is not going to be read to its end. */
  private boolean bodyAbandoned;

  private long lingerBytes;

  ServerConnection(Channel channel, ServerContext server) {
    this.channel = channel;
    this.server = server;
    this.deadline = new Deadline(channel.eventLoop());
  }

  Channel channel() {
    return channel;
  }

  HttpServerOptions.Limits limits() {
    return server.options.limits();
  }

  ServerCounters counters() {
    return server.counters;
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
    endStream(new CloseReason(CloseReason.Kind.PEER_GONE, "the client closed the connection"));
    if (exchange != null) {
      exchange.clientGone();
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
    endStream(new CloseReason(CloseReason.Kind.PEER_GONE, String.valueOf(cause)));
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
      case ANSWERING, WRITING -> false;
      case STREAMING -> stream != null && stream.hasUnreadBody() && stream.receiver().isFlowing();
      case AWAITING_HEAD, RECEIVING, LINGERING, CLOSED -> true;
    };
  }

  private void updateReading() {
    boolean reading = !backlog.isOverLimit() && lingerBytes < LINGER_BYTES;
    if (phase == Phase.STREAMING && stream != null) {
      if (stream.hasUnreadBody()) {
        reading = stream.receiver().isFlowing();
      } else if (!reading && !stream.isEnding()) {
        // Not to read would mean not to notice when this client goes away.
        log.warn("Dropping the stream of {}: it floods the connection with requests", peer());
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
          begin(RequestHead.of(received, (InetSocketAddress) channel.remoteAddress()));
        }
      }
      case RECEIVING -> receive((HttpContent) object);
      case STREAMING -> receiveRecords((HttpContent) object);
      case LINGERING -> {
        countBody(object);
        lingerBytes += object instanceof HttpContent part ? part.content().readableBytes() : 0;
      }
      case ANSWERING, WRITING, CLOSED -> countBody(object);
    }
  }

  private void onInputShutdown() {
    inputShutdown = true;
    switch (phase) {
      case AWAITING_HEAD, RECEIVING, LINGERING, CLOSED -> close();
      case ANSWERING -> {
        if (exchange != null) {
          exchange.clientGone();
        }
      }
      case WRITING -> {}
      case STREAMING -> {
        if (stream != null && !stream.isEnding()) {
          drop(
              stream,
              new CloseReason(CloseReason.Kind.PEER_GONE, "the client closed the connection"));
        }
      }
    }
  }

  // ---- a request

  private void begin(RequestHead newHead) {
    counters().requests.increment();
    head = newHead;
    exchange = new ServerExchange(this, newHead.request());
    HttpResponse problem = newHead.problem();
    if (problem != null) {
      boolean tooLarge = problem.status() == 414 || problem.status() == 431;
      (tooLarge ? counters().refusedTooLarge : counters().badRequests).increment();
      refuseUnread(problem);
      return;
    }
    Router.Match match = server.router.find(newHead.request().path());
    if (match == null) {
      refuse(newHead, HttpResponse.text(404, "There is nothing at this path"));
    } else if (!match.route().allows(newHead.request().method())) {
      String allowed = match.route().allowHeader();
      refuse(
          newHead,
          HttpResponse.text(405, "Expecting one of " + allowed).withHeader("Allow", allowed));
    } else {
      serve(newHead.request().withPath(match.path()), newHead, match.route());
    }
  }

  private void serve(HttpRequest request, RequestHead newHead, Router.Route route) {
    ServerExchange newExchange = new ServerExchange(this, request);
    exchange = newExchange;
    if (route.duplexHandler() != null) {
      DuplexHandler duplex = route.duplexHandler();
      bodyAbandoned = true;
      phase = Phase.ANSWERING;
      deadline.cancel();
      consent(newHead);
      call(request, newExchange, () -> duplex.open(request, newExchange));
      return;
    }
    if (newHead.declaredBytes() > limits().maxBodyBytes()) {
      refuseTooLarge();
      return;
    }
    head = newHead.withRequest(request);
    handler = route.handler();
    body = new BodyBuffer(limits().maxBodyBytes());
    awaitBody();
    consent(newHead);
  }

  private void awaitBody() {
    phase = Phase.RECEIVING;
    deadline.arm(server.options.timeouts().body(), this::onBodyTimeout);
  }

  /** Bypasses the encoder, which would take it for the answer. */
  private void consent(RequestHead newHead) {
    if (newHead.expectsContinue()) {
      var unused =
          channel
              .pipeline()
              .context(HttpServerCodec.class)
              .writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
    }
  }

  private void receive(HttpContent content) {
    countBody(content);
    if (content.decoderResult().isFailure()) {
      counters().badRequests.increment();
      refuseUnread(HttpResponse.text(400, "The body is not encoded as the header says"));
      return;
    }
    if (body != null && !body.add(content.content())) {
      refuseTooLarge();
      return;
    }
    if (content instanceof LastHttpContent) {
      deadline.cancel();
      phase = Phase.ANSWERING;
      dispatch();
    }
  }

  private void dispatch() {
    ServerExchange current = exchange;
    HttpHandler target = handler;
    if (current == null || head == null) {
      throw new IllegalStateException("A body without a head");
    }
    if (refusal != null) {
      current.respond(refusal);
    } else if (target != null && body != null) {
      HttpRequest request = head.request().withBody(body.toBytes());
      body = null;
      call(request, current, () -> target.handle(request, current));
    }
  }

  private void call(HttpRequest request, ServerExchange current, Runnable handlerCall) {
    try {
      handlerCall.run();
    } catch (RuntimeException e) {
      counters().handlerFailures.increment();
      log.error("{} of {} failed", request, request.remoteAddress(), e);
      current.respondIfUnanswered(
          HttpResponse.text(500, "The request failed for an internal reason; see the log"));
    }
  }

  // ---- refusals

  /** Refuses a request; a small body is read first, so that the connection can stay. */
  private void refuse(RequestHead newHead, HttpResponse response) {
    if (newHead.isChunked()
        || newHead.declaredBytes() > READ_AND_IGNORE_BYTES
        || newHead.expectsContinue()) {
      refuseUnread(response);
    } else {
      refusal = response;
      awaitBody();
    }
  }

  private void refuseTooLarge() {
    counters().refusedTooLarge.increment();
    refuseUnread(
        HttpResponse.text(
            413, "The request body is over the limit of " + limits().maxBodyBytes() + " bytes"));
  }

  /** Refuses at once; the connection cannot be used again. */
  private void refuseUnread(HttpResponse response) {
    bodyAbandoned = true;
    body = null;
    phase = Phase.ANSWERING;
    if (exchange != null) {
      exchange.respond(response);
    }
  }

  private void onNoRequest() {
    counters().badRequests.increment();
    phase = Phase.WRITING;
    bodyAbandoned = true;
    write(HttpResponse.text(408, "No request came in time"), ResponseWriter.Connection.CLOSE);
  }

  private void onBodyTimeout() {
    counters().badRequests.increment();
    refuseUnread(HttpResponse.text(408, "The body did not come in time"));
  }

  // ---- the answer

  /** Writes the answer of a request, if that is still the current one. */
  void answer(ServerExchange from, HttpResponse response) {
    if (from != exchange || phase != Phase.ANSWERING || head == null) {
      log.debug("The answer {} comes too late: {} has gone", response, peer());
      return;
    }
    write(response, connectionAfter(head));
  }

  private ResponseWriter.Connection connectionAfter(RequestHead current) {
    boolean noMoreRequests = inputShutdown && backlog.isEmpty();
    if (bodyAbandoned || noMoreRequests || server.isStopping() || !current.keepAlive()) {
      return ResponseWriter.Connection.CLOSE;
    }
    return current.http10()
        ? ResponseWriter.Connection.KEEP_AND_SAY_SO
        : ResponseWriter.Connection.KEEP;
  }

  private void write(HttpResponse response, ResponseWriter.Connection connection) {
    phase = Phase.WRITING;
    watchWriting(-1);
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

  /** A client that takes nothing of an answer for the idle time is dropped. */
  private void watchWriting(long waitingBefore) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long waiting = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (waiting == waitingBefore) {
      counters().slowReadersDropped.increment();
      log.warn("Closing the connection of {}: it does not read its answer", peer());
      endStream(new CloseReason(CloseReason.Kind.SLOW_READER, "the end could not be written"));
      close();
      return;
    }
    deadline.arm(server.options.timeouts().idle(), () -> watchWriting(waiting));
  }

  private void next(ResponseWriter.Connection connection) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (bodyAbandoned) {
      linger();
      return;
    }
    if (connection == ResponseWriter.Connection.CLOSE || server.isStopping()) {
      close();
      return;
    }
    head = null;
    handler = null;
    refusal = null;
    body = null;
    exchange = null;
    stream = null;
    phase = Phase.AWAITING_HEAD;
    deadline.arm(server.options.timeouts().idle(), this::close);
    continueReading();
  }

  private void linger() {
    phase = Phase.LINGERING;
    if (inputShutdown) {
      close();
      return;
    }
    if (channel instanceof DuplexChannel socket
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = socket.shutdownOutput();
    }
    deadline.arm(LINGER, this::close);
    continueReading();
  }

  // ---- streams

  /** Makes the answer a stream, if the request is still the current one. */
  void beginStream(
      ServerExchange from, ServerStream newStream, String contentType, Headers headers) {
    if (from != exchange || phase != Phase.ANSWERING || head == null || inputShutdown) {
      newStream.over(new CloseReason(CloseReason.Kind.PEER_GONE, "the client has gone before"));
      if (from == exchange) {
        close();
      }
      return;
    }
    if (head.http10()) {
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
        head.keepAlive() ? ResponseWriter.Connection.KEEP : ResponseWriter.Connection.CLOSE;
    ResponseWriter.writeStreamHead(channel, contentType, headers, after);
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
      watchWriting(-1);
    }
  }

  void endWritten(ServerStream ended, boolean success) {
    if (ended != stream || phase != Phase.STREAMING || head == null) {
      return;
    }
    if (!success) {
      drop(ended, new CloseReason(CloseReason.Kind.PEER_GONE, "the end could not be written"));
      return;
    }
    ResponseWriter.Connection after = connectionAfter(head);
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
      case RECEIVING, ANSWERING, WRITING -> {}
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
