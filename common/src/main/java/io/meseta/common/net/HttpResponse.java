package io.meseta.common.net;

import java.nio.charset.StandardCharsets;

/** A whole answer: status, headers, body. Immutable. The length header is added by the server. */
public final class HttpResponse {

  private static final byte[] NO_BODY = new byte[0];

  private final int status;
  private final Headers headers;
  private final byte[] body;

  private HttpResponse(int status, Headers headers, byte[] body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("Not the status of a final answer: " + status);
    }
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** A body of any type. The array is not copied: do not change it afterwards. */
  public static HttpResponse of(int status, String contentType, byte[] body) {
    return new HttpResponse(status, Headers.of("Content-Type", contentType), body);
  }

  /** A message for people, as {@code text/plain; charset=utf-8}: the form of every refusal. */
  public static HttpResponse text(int status, String message) {
    return of(status, "text/plain; charset=utf-8", message.getBytes(StandardCharsets.UTF_8));
  }

  /** JSON with status 200. */
  public static HttpResponse json(byte[] body) {
    return of(200, "application/json", body);
  }

  /** No body, {@code Content-Length: 0}. */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Headers.none(), NO_BODY);
  }

  /**
   * "Ask there instead", with the same method and body.
   *
   * @param location an absolute, protocol-relative ({@code //host:port/path}) or local target
   */
  public static HttpResponse redirect307(String location) {
    return empty(307).withHeader("Location", location);
  }

  /** This answer with one more header. */
  public HttpResponse withHeader(String name, String value) {
    return new HttpResponse(status, headers.with(name, value), body);
  }

  HttpResponse withBody(byte[] newBody) {
    return new HttpResponse(status, headers, newBody);
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The header fields, without those that the server adds. */
  public Headers headers() {
    return headers;
  }

  /** The body; empty when there is none. */
  public byte[] body() {
    return body;
  }

  @Override
  public String toString() {
    return status + " (" + body.length + " bytes)";
  }
}
