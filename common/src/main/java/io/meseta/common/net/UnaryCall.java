package io.meseta.common.net;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request for one answer, on its way. The mutable fields belong to the pool's event loop. */
final class UnaryCall {
  private final String method;
  private final URI uri;
  private final Headers headers;
  private final byte[] body;
  final Origin origin;
  final CompletableFuture<ClientResponse> future = new CompletableFuture<>();

  /** Where it is being answered; null while it waits. */
  @Nullable PooledConnection connection;

  boolean retried;

  UnaryCall(String method, URI uri, Headers headers, byte[] body) {
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
    this.origin = Origin.of(uri);
  }

  boolean isDone() {
    return future.isDone();
  }

  /** Whether asking twice is as good as asking once. */
  boolean isSafe() {
    return method.equals("GET") || method.equals("HEAD");
  }

  void fail(HttpCallException.Kind kind, String reason, @Nullable Throwable cause) {
    future.completeExceptionally(
        new HttpCallException(kind, method + ' ' + origin + uri.getPath() + ": " + reason, cause));
  }

  void whenDone(Runnable action) {
    var unused = future.whenComplete((answer, failure) -> action.run());
  }

  void whenFailed(Runnable action) {
    var unused =
        future.whenComplete((answer, failure) -> {
          if (failure != null) {
            action.run();
          }
        });
  }

  DefaultFullHttpRequest toRequest() {
    HttpHeaders fields = fields(headers, origin);
    if (body.length > 0 || !isSafe()) {
      fields.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        HttpMethod.valueOf(method),
        target(uri),
        Unpooled.wrappedBuffer(body),
        fields,
        EmptyHttpHeaders.INSTANCE);
  }

  /** The head of a POST whose body is a stream. */
  static DefaultHttpRequest chunkedPost(URI uri, Headers headers, Origin origin) {
    HttpHeaders fields = fields(headers, origin);
    fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, target(uri), fields);
  }

  private static HttpHeaders fields(Headers headers, Origin origin) {
    HttpHeaders fields = new DefaultHttpHeaders();
    headers.fields().forEach(field -> fields.add(field.name(), field.value()));
    if (!fields.contains(HttpHeaderNames.HOST)) {
      fields.set(HttpHeaderNames.HOST, origin.hostHeader());
    }
    return fields;
  }

  private static String target(URI uri) {
    String path = uri.getRawPath();
    String shown = path == null || path.isEmpty() ? "/" : path;
    return uri.getRawQuery() == null ? shown : shown + '?' + uri.getRawQuery();
  }
}
