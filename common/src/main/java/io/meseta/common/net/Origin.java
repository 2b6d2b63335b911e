package io.meseta.common.net;

import java.net.URI;
import java.util.Locale;

/** Where a URI leads: what one connection can be used for. */
record Origin(boolean tls, String host, int port) {

  /**
   * The origin of an absolute http or https URI.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Origin of(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException("Not an absolute http or https address: " + uri);
    }
    boolean tls = scheme.equals("https");
    int defaultPort = tls ? 443 : 80;
    return new Origin(tls, host, uri.getPort() < 0 ? defaultPort : uri.getPort());
  }

  /** Without the brackets of an IPv6 address. */
  String hostToLookUp() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The value of the Host header. */
  String hostHeader() {
    return port == (tls ? 443 : 80) ? host : host + ':' + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + host + ':' + port;
  }
}
