package io.meseta.master;

import io.meseta.common.config.FileText;
import io.meseta.common.coordination.ZkUrl;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where ZooKeeper is: an ensemble, or a server in the master's own process.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
final class ZooKeeperFlags {

  private static final String DEFAULT_WORK_DIR = "/var/lib/meseta/master";
  private static final String DEFAULT_PORT = "2181";
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--zk",
      paramLabel = "zk://HOST:PORT,…/PATH",
      description =
          "The ZooKeeper ensemble that elects the master, as zk://[user:password@]host:port,…/path,"
              + " or file:///FILE with that in it, which keeps the password off the command line.")
  private @Nullable String zk;

  @Option(
      names = "--embedded_zk",
      paramLabel = "true|false",
      arity = "0..1",
      defaultValue = "false",
      fallbackValue = "true",
      description =
          "Run a ZooKeeper server in this process, for a single machine: on the loopback address"
              + " only, its data in --work_dir. Not for production, as nobody takes over when this"
              + " process ends; default false.")
  private boolean embedded;

  @Option(
      names = "--embedded_zk_port",
      paramLabel = "PORT",
      defaultValue = DEFAULT_PORT,
      description = "Where the server of --embedded_zk listens, 0 for any free port; default 2181.")
  private int port = Integer.parseInt(DEFAULT_PORT);

  @Option(
      names = "--work_dir",
      paramLabel = "DIRECTORY",
      defaultValue = DEFAULT_WORK_DIR,
      description = "Where --embedded_zk keeps its data; default ${DEFAULT-VALUE}.")
  private Path workDir = Path.of(DEFAULT_WORK_DIR);

  void zk(String url) {
    zk = url;
  }

  void embedded(Path directory, int atPort) {
    embedded = true;
    workDir = directory;
    port = atPort;
  }

  boolean embedded() {
    return embedded;
  }

  int port() {
    return port;
  }

  Path directory() {
    return workDir.resolve("zookeeper");
  }

  /** What keeps a master from starting, in words for its operator. */
  Optional<String> problem() {
    boolean named = zk != null && !zk.isBlank();
    if (named && embedded) {
      return Optional.of(
          "--zk names the ZooKeeper of others, --embedded_zk runs one: give only one");
    }
    if (!named && !embedded) {
      return Optional.of(
          "A master needs ZooKeeper: --zk=zk://host:2181,…/meseta, the same for all masters; or"
              + " --embedded_zk, to run one in this process and try it out on a single machine");
    }
    if (embedded && (port < 0 || port > MAX_PORT)) {
      return Optional.of("--embedded_zk_port: " + port + " is not a port; 0 takes a free one");
    }
    return Optional.empty();
  }

  /**
   * The ensemble that was named.
   *
   * @throws IllegalArgumentException if none was, or not in this form; without the password
   */
  ZkUrl url() {
    requireSound();
    if (zk == null) {
      throw new IllegalArgumentException("--embedded_zk is known when it runs");
    }
    return ZkUrl.parse(FileText.resolve("--zk", zk));
  }

  void requireSound() {
    problem()
        .ifPresent(problem -> {
          throw new IllegalArgumentException(problem);
        });
  }

  /** As pages show them; a password is left out. */
  void addTo(Map<String, String> flags) {
    requireSound();
    flags.put("embedded_zk", Boolean.toString(embedded));
    if (embedded) {
      flags.put("embedded_zk_port", Integer.toString(port));
      flags.put("work_dir", workDir.toString());
    } else {
      flags.put("zk", url().toString());
    }
  }
}
