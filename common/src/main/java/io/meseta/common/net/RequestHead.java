package io.meseta.common.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: what a handler gets of it, and what the connection needs to know.
 *
 * @param request without a body yet
 * @param declaredBytes the {@code Content-Length}; -1 for a chunked body
 * @param keepAlive whether the client wants the connection to stay open
 * @param http10 whether the client speaks HTTP/1.0
 * @param expectsContinue whether the client waits for our consent before it sends the body
 * @param problem the answer if this is no request that can be served; null if it can
 */
record RequestHead(
    HttpRequest request,
    long declaredBytes,
    boolean keepAlive,
    boolean http10,
    boolean expectsContinue,
    @Nullable HttpResponse problem) {

  private static final byte[] NO_BODY = new byte[0];

  boolean isChunked() {
    return declaredBytes < 0;
  }

  /** This head, of somebody who is known so far. */
  RequestHead with(HttpRequest.Caller caller) {
    return new RequestHead(
        request.with(caller), declaredBytes, keepAlive, http10, expectsContinue, problem);
  }

  static RequestHead of(
      io.netty.handler.codec.http.HttpRequest received, InetSocketAddress remoteAddress) {
    if (received.decoderResult().isFailure()) {
      return unusable(received, remoteAddress, undecodable(received.decoderResult().cause()));
    }
    HttpRequest request;
    long declaredBytes;
    try {
      request = request(received, target(received.uri()), remoteAddress);
      declaredBytes =
          HttpUtil.isTransferEncodingChunked(received)
              ? -1
              : HttpUtil.getContentLength(received, 0L);
    } catch (IllegalArgumentException e) {
      return unusable(
          received, remoteAddress, HttpResponse.text(400, "Bad request: " + e.getMessage()));
    }
    return new RequestHead(
        request,
        declaredBytes,
        HttpUtil.isKeepAlive(received),
        received.protocolVersion().equals(HttpVersion.HTTP_1_0),
        HttpUtil.is100ContinueExpected(received) && declaredBytes != 0,
        problem(received));
  }

  private static RequestHead unusable(
      io.netty.handler.codec.http.HttpRequest received,
      InetSocketAddress remoteAddress,
      HttpResponse problem) {
    HttpRequest request =
        request(received, new HttpRequest.Target(received.uri(), "?", Map.of()), remoteAddress);
    return new RequestHead(request, -1, false, false, false, problem);
  }

  private static HttpRequest request(
      io.netty.handler.codec.http.HttpRequest received,
      HttpRequest.Target target,
      InetSocketAddress remoteAddress) {
    return new HttpRequest(
        received.method().name(),
        target,
        Headers.ofReceived(received.headers()),
        NO_BODY,
        remoteAddress);
  }

  private static HttpRequest.Target target(String uri) {
    QueryStringDecoder decoder = new QueryStringDecoder(withoutAuthority(uri));
    Map<String, List<String>> query = decoder.parameters();
    return new HttpRequest.Target(uri, decoder.path(), query);
  }

  /** Some clients send the absolute form, which proxies get: only the path counts here. */
  private static String withoutAuthority(String uri) {
    String lower = uri.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      return uri;
    }
    int authority = uri.indexOf("//") + 2;
    for (int i = authority; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '/') {
        return uri.substring(i);
      }
      if (c == '?') {
        return "/" + uri.substring(i);
      }
    }
    return "/";
  }

  private static HttpResponse undecodable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponse.text(414, "The request line is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return HttpResponse.text(431, "The header fields are too large");
    }
    return HttpResponse.text(400, "This is not an HTTP/1.1 request");
  }

  private static @Nullable HttpResponse problem(io.netty.handler.codec.http.HttpRequest received) {
    HttpVersion version = received.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return HttpResponse.text(505, "This server speaks HTTP/1.1");
    }
    List<String> encodings = received.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!encodings.isEmpty()
        && (encodings.size() > 1 || !encodings.get(0).strip().equalsIgnoreCase("chunked"))) {
      return HttpResponse.text(501, "The only transfer encoding supported is chunked");
    }
    String expect = received.headers().get(HttpHeaderNames.EXPECT);
    if (expect != null && !expect.strip().equalsIgnoreCase("100-continue")) {
      return HttpResponse.text(417, "The only expectation supported is 100-continue");
    }
    return null;
  }
}
