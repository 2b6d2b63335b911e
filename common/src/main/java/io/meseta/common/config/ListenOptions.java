package io.meseta.common.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Where a daemon listens, the same for every daemon but for the port that it has by default.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class ListenOptions {

  @Option(
      names = "--ip",
      paramLabel = "ADDRESS",
      description = "Address to listen on; default ${DEFAULT-VALUE}.")
  private String ip = "127.0.0.1";

  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on, 0 for any free one; default ${DEFAULT-VALUE}.")
  private int port;

  /** Listens on loopback, at this port unless another is given. */
  public ListenOptions(int defaultPort) {
    port = defaultPort;
  }

  /** Listens on this address. */
  public void ip(String address) {
    ip = address;
  }

  /** Listens at this port; 0 takes a free one. */
  public void port(int number) {
    port = number;
  }

  /** As it was given. */
  public String ip() {
    return ip;
  }

  /**
   * Where to listen.
   *
   * @throws IllegalArgumentException if {@code --ip} or {@code --port} cannot be one
   */
  public InetSocketAddress bindAddress() {
    try {
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException(
            "--port: " + port + " is not a port; 0 takes a free one, " + MAX_PORT + " is the last");
      }
      return new InetSocketAddress(InetAddress.getByName(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("--ip is no address of this machine: " + ip, e);
    }
  }

  /** Adds them as pages show them. */
  public void addTo(Map<String, String> flags) {
    flags.put("ip", ip);
    flags.put("port", Integer.toString(port));
  }
}
