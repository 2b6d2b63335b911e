package io.meseta.common.coordination;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the ensemble, kept up by itself, and the coordination thread on which all that
 * is built on it is called.
 *
 * <p>{@link #open} returns at once, whether or not the ensemble can be reached: the session goes on
 * trying for ever. Nodes are made with the ACL "creator all, world read" when the URL holds
 * credentials, and are open to all otherwise. {@link #close} gives back the ephemeral nodes at once
 * when there is a connection, and takes at most some seconds when there is none.
 */
public final class ZkSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ZkSession.class);

  /**
   * The largest answer that the client takes. ZooKeeper's own limit of 1 MiB breaks the connection
   * when a node has more than some 20,000 children.
   */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final ZkUrl url;
  private final CuratorFramework client;
  private final CoordinationThread thread = new CoordinationThread("coordination");
  private final Set<ConnectionListener> listeners = new LinkedHashSet<>();
  private boolean connected;
  private volatile boolean closed;

  private ZkSession(ZkUrl url, CuratorFramework client) {
    this.url = url;
    this.client = client;
  }

  /** Begins a session. Never blocks. */
  public static ZkSession open(ZkUrl url, ZkOptions options) {
    ZkSession session = new ZkSession(url, newClient(url, options));
    session.start();
    return session;
  }

  private static CuratorFramework newClient(ZkUrl url, ZkOptions options) {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.JUTE_MAXBUFFER, Integer.toString(MAX_ANSWER_BYTES));
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(url.connectString())
            .sessionTimeoutMs((int) options.sessionTimeout().toMillis())
            .connectionTimeoutMs((int) options.connectionTimeout().toMillis())
            // For what fails within a connection; what outlasts these tries waits for the next one.
            .retryPolicy(new BoundedExponentialBackoffRetry(50, 1000, 4))
            .zkClientConfig(config)
            // The URL names the servers; a reconfigured ensemble is the operator's to write down.
            .ensembleTracker(false)
            // A container node vanishes with its last child, and the path with it.
            .dontUseContainerParents();
    url.credentials()
        .ifPresent(credentials ->
            builder
                .authorization(
                    "digest",
                    (credentials.user() + ":" + credentials.password())
                        .getBytes(StandardCharsets.UTF_8))
                .aclProvider(creatorAllWorldRead()));
    return builder.build();
  }

  private static ACLProvider creatorAllWorldRead() {
    List<ACL> acl = new ArrayList<>(ZooDefs.Ids.CREATOR_ALL_ACL);
    acl.addAll(ZooDefs.Ids.READ_ACL_UNSAFE);
    // Not List.copyOf: ZooKeeper asks such a list whether it contains null.
    List<ACL> all = Collections.unmodifiableList(acl);
    return new ACLProvider() {
      @Override
      public List<ACL> getDefaultAcl() {
        return all;
      }

      @Override
      public List<ACL> getAclForPath(String path) {
        return all;
      }
    };
  }

  private void start() {
    client
        .getConnectionStateListenable()
        .addListener((unused, state) -> onStateChanged(state), executor());
    client.start();
    log.info("Connecting to {}", url);
  }

  private void onStateChanged(ConnectionState state) {
    switch (state) {
      case CONNECTED, RECONNECTED -> {
        connected = true;
        log.info("Connected to {}, session {}", url, sessionId().orElse("unknown"));
        current().forEach(ConnectionListener::connected);
      }
      case SUSPENDED -> {
        connected = false;
        log.warn("The connection to {} is gone; trying again", url);
        current().forEach(ConnectionListener::suspended);
      }
      case LOST -> {
        connected = false;
        log.warn("The session with {} is lost; trying for a new one", url);
        current().forEach(ConnectionListener::lost);
      }
      case READ_ONLY -> throw new IllegalStateException("read-only sessions are never asked for");
    }
  }

  private Optional<String> sessionId() {
    return ephemeralOwner().map(id -> "0x" + Long.toHexString(id));
  }

  /** A copy: a listener may leave while it is called. */
  private List<ConnectionListener> current() {
    return List.copyOf(listeners);
  }

  /** The configured path. */
  String path() {
    return url.path();
  }

  /** The path of a node below the configured path. */
  String path(String child) {
    return url.path() + "/" + child;
  }

  CuratorFramework client() {
    return client;
  }

  CoordinationThread thread() {
    return thread;
  }

  /** The coordination thread as Curator takes it; tasks after the end are dropped. */
  Executor executor() {
    return thread::execute;
  }

  /**
   * A callback for Curator that hands the answer to the coordination thread. Curator can be given
   * an executor instead, which its transactions leave unused.
   */
  BackgroundCallback answer(Consumer<CuratorEvent> receiver) {
    return (unused, event) -> thread.execute(() -> receiver.accept(event));
  }

  /** Whether there is a connection now; on the coordination thread only. */
  boolean connected() {
    return connected;
  }

  /** This session's id, which its ephemeral nodes carry; empty while there is no connection. */
  Optional<Long> ephemeralOwner() {
    try {
      return client.getZookeeperClient().isConnected()
          ? Optional.of(client.getZookeeperClient().getZooKeeper().getSessionId())
          : Optional.empty();
    } catch (Exception e) {
      log.debug("No session id while the connection is being made", e);
      return Optional.empty();
    }
  }

  /** On the coordination thread. The listener is told at once when there is a connection. */
  void addListener(ConnectionListener listener) {
    if (listeners.add(listener) && connected) {
      listener.connected();
    }
  }

  /** On the coordination thread. */
  void removeListener(ConnectionListener listener) {
    listeners.remove(listener);
  }

  /** Whether the owner has closed the session, so that nothing is worth a further try. */
  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    thread.executeAndWait(() -> {
      current().forEach(ConnectionListener::closed);
      listeners.clear();
    });
    // ZooKeeper's own close can wait for a server that does not answer, without a limit.
    Thread closer = new Thread(client::close, "coordination-close");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(CLOSE_LIMIT.toMillis());
      if (closer.isAlive()) {
        log.warn("{} does not answer the goodbye; its session will expire", url);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.close();
  }
}
