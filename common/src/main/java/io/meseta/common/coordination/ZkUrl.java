package io.meseta.common.coordination;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * Where the ensemble is and below which node a cluster keeps its things: {@code
 * zk://[user:password@]host1:port1,host2:port2/path}.
 *
 * <p>A port that is left out is 2181; IPv6 addresses stand in brackets. The path is required and is
 * never used as ZooKeeper's chroot, which would have to exist before the first connection. The last
 * {@code @} ends the password, so a password may hold any character and a path holds no {@code @}.
 * Neither {@link #toString} nor any error message shows the password.
 */
public final class ZkUrl {
  private static final String SCHEME = "zk://";
  private static final int DEFAULT_PORT = 2181;

  /** For ZooKeeper's digest scheme. Does not print its password. */
  record Credentials(String user, String password) {
    @Override
    public String toString() {
      return user + ":***";
    }
  }

  private final @Nullable Credentials credentials;
  private final List<String> servers;
  private final String path;

  private ZkUrl(@Nullable Credentials credentials, List<String> servers, String path) {
    this.credentials = credentials;
    this.servers = List.copyOf(servers);
    this.path = path;
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException with a message for the operator, without the password
   */
  public static ZkUrl parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw bad("it must begin with " + SCHEME);
    }
    String rest = text.substring(SCHEME.length());
    int at = rest.lastIndexOf('@');
    Credentials credentials = at < 0 ? null : parseCredentials(rest.substring(0, at));
    String location = rest.substring(at + 1);
    int slash = location.indexOf('/');
    if (slash < 0) {
      throw bad("the path is missing after '" + location + "'; give one, such as " + "/meseta");
    }
    return new ZkUrl(
        credentials,
        parseServers(location.substring(0, slash)),
        parsePath(location.substring(slash)));
  }

  private static Credentials parseCredentials(String text) {
    int colon = text.indexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw bad("what stands before the '@' must be user:password");
    }
    return new Credentials(text.substring(0, colon), text.substring(colon + 1));
  }

  private static List<String> parseServers(String text) {
    List<String> servers = new ArrayList<>();
    for (String server : text.split(",", -1)) {
      servers.add(parseServer(server.strip()));
    }
    return servers;
  }

  private static String parseServer(String server) {
    int bracket = server.lastIndexOf(']');
    int colon = server.lastIndexOf(':');
    boolean hasPort = colon > bracket;
    String host = hasPort ? server.substring(0, colon) : server;
    if (host.isEmpty()) {
      throw bad("a server has no host name: '" + server + "'");
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
    if (host.indexOf(':') >= 0 && !bracketed) {
      throw bad("an IPv6 address must stand in brackets: '" + server + "'");
    }
    return host + ":" + (hasPort ? parsePort(server, colon) : DEFAULT_PORT);
  }

  private static int parsePort(String server, int colon) {
    try {
      int port = Integer.parseInt(server.substring(colon + 1));
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, with the whole server: the exception's own text names only the digits.
    }
    throw bad("'" + server + "' has no port between 1 and 65535");
  }

  private static String parsePath(String text) {
    String path =
        text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    if (path.equals("/")) {
      throw bad("the root node cannot be shared with others; give a path, such as /meseta");
    }
    try {
      PathUtils.validatePath(path);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("bad ZooKeeper URL: " + e.getMessage(), e);
    }
    if (path.equals("/zookeeper") || path.startsWith("/zookeeper/")) {
      throw bad("/zookeeper belongs to ZooKeeper itself; give another path, such as /meseta");
    }
    return path;
  }

  private static IllegalArgumentException bad(String reason) {
    return new IllegalArgumentException(
        "bad ZooKeeper URL: " + reason + " (form: zk://[user:password@]host:port,…/path)");
  }

  /** The servers as ZooKeeper's client takes them: {@code host:port,host:port}. */
  public String connectString() {
    return String.join(",", servers);
  }

  /** The node below which everything is kept; begins with a slash, does not end with one. */
  public String path() {
    return path;
  }

  Optional<Credentials> credentials() {
    return Optional.ofNullable(credentials);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ZkUrl that
        && Objects.equals(credentials, that.credentials)
        && servers.equals(that.servers)
        && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return Objects.hash(credentials, servers, path);
  }

  /** The URL, for logs and pages: the password is replaced. */
  @Override
  public String toString() {
    String user = credentials == null ? "" : credentials + "@";
    return SCHEME + user + connectString() + path;
  }
}
