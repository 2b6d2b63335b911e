package io.meseta.scheduler.internal;

import io.meseta.api.v1.MasterInfo;
import java.net.URI;
import java.util.Optional;

/**
 * Where a master listens.
 *
 * @param host a name or an IP address, IPv6 ones without brackets
 */
public record MasterAddress(String host, int port) {

  /** The port that masters listen on when nothing else is said. */
  public static final int DEFAULT_PORT = 5050;

  public MasterAddress {
    if (host.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a master's address: '" + host + ":" + port + "'");
    }
  }

  /**
   * Reads {@code host}, {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException when it is none of these; the text says what was expected
   */
  public static MasterAddress parse(String text) {
    URI uri;
    try {
      uri = URI.create("http://" + text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected host:port, got '" + text + "'", e);
    }
    String host = uri.getHost();
    if (host == null || !uri.getPath().isEmpty() || uri.getUserInfo() != null) {
      throw new IllegalArgumentException("expected host:port, got '" + text + "'");
    }
    return new MasterAddress(
        withoutBrackets(host), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
  }

  /**
   * Reads the {@code Location} of a redirect: {@code //host:port/path}, as masters send it, or a
   * whole {@code http://} address. Empty when it names no other host.
   */
  public static Optional<MasterAddress> ofLocation(String location) {
    try {
      URI uri = URI.create(location.strip());
      String host = uri.getHost();
      if (host == null) {
        return Optional.empty();
      }
      int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
      return Optional.of(new MasterAddress(withoutBrackets(host), port));
    } catch (IllegalArgumentException e) {
      // A Location that is no address leads nowhere, which is what the caller is told.
      return Optional.empty();
    }
  }

  /** The address that a leader published: its IP address, or its host name when it gave none. */
  public static Optional<MasterAddress> of(MasterInfo info) {
    String host =
        !info.getAddress().getIp().isEmpty()
            ? info.getAddress().getIp()
            : !info.getAddress().getHostname().isEmpty()
                ? info.getAddress().getHostname()
                : info.getIp() != 0 ? ipv4(info.getIp()) : info.getHostname();
    int port = info.hasAddress() ? info.getAddress().getPort() : info.getPort();
    if (host.isBlank() || port < 1 || port > 65535) {
      return Optional.empty();
    }
    return Optional.of(new MasterAddress(host, port));
  }

  /** {@code MasterInfo.ip} holds the bytes in network order, read as a little-endian number. */
  private static String ipv4(int ip) {
    return (ip & 0xff) + "." + (ip >> 8 & 0xff) + "." + (ip >> 16 & 0xff) + "." + (ip >>> 24);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
