package io.meseta.common.coordination;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real ZooKeeper server in this process, for tests, for trying out, and for a cluster of one
 * machine. It listens on the loopback address only and opens no other port: no admin server, no
 * election ports, no remote JMX.
 *
 * <p>A durable one keeps its data in the directory given and forces every transaction to the disk;
 * old snapshots and logs are removed each hour. A temporary one removes its directory when it is
 * closed. {@link #stop} and {@link #restart} keep the port and the data, so that clients find it
 * again. All methods block, for well under a second; they may be called from any thread.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

  /**
   * Sessions end on multiples of this; a quarter of a second makes timeouts of 1 s exact enough.
   */
  private static final int TICK_MS = 250;

  private static final int MIN_SESSION_TIMEOUT_MS = 1_000;
  private static final int MAX_SESSION_TIMEOUT_MS = 60_000;
  private static final int SNAPSHOTS_KEPT = 3;
  private static final int CLEANUP_HOURS = 1;

  /** Both are the server's own words for "no limit". */
  private static final int ANY_NUMBER_OF_CLIENTS = 0;

  private static final int DEFAULT_BACKLOG = -1;

  private final Path directory;
  private final boolean temporary;
  private int port;
  private @Nullable Running running;

  private record Running(
      NIOServerCnxnFactory connections,
      ZooKeeperServer server,
      FileTxnSnapLog files,
      DatadirCleanupManager cleanup) {}

  private EmbeddedZooKeeper(Path directory, boolean temporary, int port) {
    this.directory = directory;
    this.temporary = temporary;
    this.port = port;
  }

  /**
   * Starts a server that keeps its data in the directory, which is made when it is not there.
   *
   * @param port 0 for any free one
   * @throws IOException when the port is taken or the directory cannot be used
   */
  public static EmbeddedZooKeeper startDurable(Path directory, int port) throws IOException {
    Files.createDirectories(directory);
    EmbeddedZooKeeper zooKeeper = new EmbeddedZooKeeper(directory, false, port);
    zooKeeper.restart();
    return zooKeeper;
  }

  /** Starts a server on any free port whose data is gone when it is closed. */
  public static EmbeddedZooKeeper startTemporary() throws IOException {
    EmbeddedZooKeeper zooKeeper =
        new EmbeddedZooKeeper(Files.createTempDirectory("meseta-zookeeper-"), true, 0);
    try {
      zooKeeper.restart();
    } catch (IOException e) {
      zooKeeper.close();
      throw e;
    }
    return zooKeeper;
  }

  /** Stops the server when it runs, and starts it on the same port with the same data. */
  public synchronized void restart() throws IOException {
    stop();
    FileTxnSnapLog files = new FileTxnSnapLog(directory.toFile(), directory.toFile());
    ZooKeeperServer server =
        new ZooKeeperServer(
            files,
            TICK_MS,
            MIN_SESSION_TIMEOUT_MS,
            MAX_SESSION_TIMEOUT_MS,
            DEFAULT_BACKLOG,
            null,
            "");
    NIOServerCnxnFactory connections = new NIOServerCnxnFactory();
    try {
      connections.configure(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          ANY_NUMBER_OF_CLIENTS,
          DEFAULT_BACKLOG);
      connections.startup(server);
    } catch (InterruptedException e) {
      connections.shutdown();
      files.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting ZooKeeper", e);
    } catch (IOException e) {
      connections.shutdown();
      files.close();
      throw new IOException(
          "cannot start ZooKeeper on port " + port + " with data in " + directory + ": " + e, e);
    }
    port = connections.getLocalPort();
    DatadirCleanupManager cleanup =
        new DatadirCleanupManager(
            directory.toFile(), directory.toFile(), SNAPSHOTS_KEPT, CLEANUP_HOURS);
    cleanup.start();
    running = new Running(connections, server, files, cleanup);
    log.info("ZooKeeper listens on {}, data in {}", connectString(), directory);
  }

  /** Stops the server; its clients lose their connections but not yet their sessions. */
  public synchronized void stop() {
    Running stopped = running;
    running = null;
    if (stopped == null) {
      return;
    }
    stopped.cleanup().shutdown();
    stopped.connections().shutdown();
    try {
      stopped.files().close();
    } catch (IOException e) {
      log.warn("ZooKeeper's files in {} could not be closed", directory, e);
    }
    log.info("ZooKeeper on {} has stopped", connectString());
  }

  /** The port that it listens on, or last did. */
  public synchronized int port() {
    return port;
  }

  /** {@code host:port}. */
  public synchronized String connectString() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
  }

  /** The URL of a path on this server. */
  public ZkUrl url(String path) {
    return ZkUrl.parse("zk://" + connectString() + path);
  }

  /** Ends a client's session as if nothing had been heard of the client for too long. */
  public synchronized void expireSession(long sessionId) {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException("ZooKeeper is stopped");
    }
    current.server().closeSession(sessionId);
  }

  /** Stops the server and removes the data of a temporary one. */
  @Override
  public synchronized void close() {
    stop();
    if (temporary) {
      removeDirectory();
    }
  }

  private void removeDirectory() {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("{} could not be removed; remove it by hand", directory, e);
    }
  }
}
