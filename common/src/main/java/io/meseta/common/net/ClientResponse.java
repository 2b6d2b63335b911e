package io.meseta.common.net;

import java.nio.charset.StandardCharsets;

/** A whole answer, seen from the client; a redirect is one too. */
public final class ClientResponse {
  private final int status;
  private final Headers headers;
  private final byte[] body;

  /** Made by the client; public so that its users can be tested without one. */
  public ClientResponse(int status, Headers headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  /** The body as it came, compressed if that was asked for. Not a copy: do not change it. */
  public byte[] body() {
    return body;
  }

  /** The body as UTF-8 text. */
  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return status + " (" + body.length + " bytes)";
  }
}
