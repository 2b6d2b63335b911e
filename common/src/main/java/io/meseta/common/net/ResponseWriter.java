package io.meseta.common.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Turns answers into what the codec sends. */
final class ResponseWriter {

  /** In slices, so that what a slow client has taken can be seen. */
  private static final int SLICE_BYTES = 64 * 1024;

  private static final int COMPRESS_FROM_BYTES = 1024;

  /** Whether the connection outlives the answer. */
  enum Connection {
    KEEP,
    /** As KEEP, to an HTTP/1.0 client, which has to be told. */
    KEEP_AND_SAY_SO,
    CLOSE
  }

  private ResponseWriter() {}

  /** Writes a whole answer, on the event loop; the future is that of its last byte. */
  static ChannelFuture write(Channel channel, HttpResponse response, Connection connection) {
    DefaultHttpResponse head = head(response.status(), response.headers(), connection);
    byte[] body = response.body();
    if (response.status() != 204 && response.status() != 304) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    if (body.length <= SLICE_BYTES) {
      return channel.writeAndFlush(whole(head, body));
    }
    // A failure of these shows in the last write too.
    var unusedHead = channel.write(head);
    for (int from = 0; from < body.length; from += SLICE_BYTES) {
      int size = Math.min(SLICE_BYTES, body.length - from);
      var unusedSlice =
          channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(body, from, size)));
    }
    return channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /** One message is one buffer and one write: most answers are a head and nothing else. */
  private static FullHttpResponse whole(DefaultHttpResponse head, byte[] body) {
    return new DefaultFullHttpResponse(
        head.protocolVersion(),
        head.status(),
        Unpooled.wrappedBuffer(body),
        head.headers(),
        EmptyHttpHeaders.INSTANCE);
  }

  /** Writes the head of an answer that goes on as a stream, on the event loop. */
  static void writeStreamHead(Channel channel, StreamHead stream, Connection connection) {
    DefaultHttpResponse head = head(stream.status(), stream.headers(), connection);
    if (stream.length().isPresent()) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, stream.length().getAsLong());
    } else {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    channel.writeAndFlush(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /** The answer with a gzipped body, if the client asks for that and it pays. */
  static HttpResponse compressedFor(HttpRequest request, HttpResponse response) {
    if (response.body().length <= COMPRESS_FROM_BYTES
        || response.headers().has("Content-Encoding")
        || !ContentNegotiation.acceptsGzip(request.headers())) {
      return response;
    }
    return response
        .withBody(gzip(response.body()))
        .withHeader("Content-Encoding", "gzip")
        .withHeader("Vary", "Accept-Encoding");
  }

  private static DefaultHttpResponse head(int status, Headers headers, Connection connection) {
    DefaultHttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    HttpHeaders target = head.headers();
    headers.fields().forEach(field -> target.add(field.name(), field.value()));
    switch (connection) {
      case KEEP -> {}
      case KEEP_AND_SAY_SO -> target.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
      case CLOSE -> target.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return head;
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return compressed.toByteArray();
  }
}
