package io.meseta.common.net;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client asks for. */
public final class HttpRequest {

  private final String method;
  private final Target target;
  private final Headers headers;
  private final byte[] body;
  private final InetSocketAddress remoteAddress;
  private final Caller caller;

  /**
   * Who asks.
   *
   * @param certificate of the other end of a TLS connection, verified; empty if it showed none
   * @param principal who that is, as a {@link Gate} has found out; empty if none has
   */
  public record Caller(Optional<X509Certificate> certificate, Optional<String> principal) {
    /** Nothing is known. */
    public static final Caller UNKNOWN = new Caller(Optional.empty(), Optional.empty());
  }

  /**
   * The request target.
   *
   * @param raw as the request line has it, in absolute form too
   * @param path decoded, without scheme, host and query, and after the router's aliases: {@code
   *     /state} for {@code http://host:5050/master/state?x=1} where {@code /master/*} is an alias
   * @param query decoded parameters, each with its values in order
   */
  public record Target(String raw, String path, Map<String, List<String>> query) {
    Target withPath(String newPath) {
      return new Target(raw, newPath, query);
    }
  }

  /** Made by the server; public so that handlers can be tested without one. */
  public HttpRequest(
      String method, Target target, Headers headers, byte[] body, InetSocketAddress remoteAddress) {
    this(method, target, headers, body, remoteAddress, Caller.UNKNOWN);
  }

  private HttpRequest(
      String method,
      Target target,
      Headers headers,
      byte[] body,
      InetSocketAddress remoteAddress,
      Caller caller) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.remoteAddress = remoteAddress;
    this.caller = caller;
  }

  /** The method, as sent: {@code GET}, {@code POST}, … */
  public String method() {
    return method;
  }

  /** The target as sent. */
  public Target target() {
    return target;
  }

  /** Same as {@code target().path()}. */
  public String path() {
    return target.path();
  }

  /** The first value of a query parameter. */
  public Optional<String> query(String name) {
    List<String> values = target.query().get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  /** The body; empty when there was none, and for a duplex stream. Not a copy: do not change it. */
  public byte[] body() {
    return body;
  }

  /** Who is at the other end of the connection. */
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Who asks, as far as that is known. */
  public Caller caller() {
    return caller;
  }

  /** Same as {@code caller().principal()}. */
  public Optional<String> principal() {
    return caller.principal();
  }

  /** This request, now known to come from that principal. */
  public HttpRequest withPrincipal(String principal) {
    return with(new Caller(caller.certificate(), Optional.of(principal)));
  }

  /** This request, asked by another. */
  public HttpRequest with(Caller newCaller) {
    return new HttpRequest(method, target, headers, body, remoteAddress, newCaller);
  }

  HttpRequest withBody(byte[] newBody) {
    return new HttpRequest(method, target, headers, newBody, remoteAddress, caller);
  }

  HttpRequest withPath(String newPath) {
    return new HttpRequest(method, target.withPath(newPath), headers, body, remoteAddress, caller);
  }

  /** Method and path, for logs: a query may carry a secret. */
  @Override
  public String toString() {
    return method + ' ' + path();
  }
}
