package io.meseta.common.coordination;

import java.time.Duration;
import java.util.Optional;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the published leader and follows it: the {@code json.info_…} node with the lowest sequence
 * below the session's path.
 *
 * <p>It goes on by itself through lost connections, ended sessions, a restarted ensemble and a path
 * that does not exist yet. While there is no connection the last known leader stands; when the
 * session is lost as well, nobody knows, and "no leader" is reported.
 */
public final class LeaderDetector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderDetector.class);

  /** As Mesos waits after an error that may pass. */
  private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

  /** Told on the coordination thread; must return at once. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when the leader is known for the first time and whenever it changes.
     *
     * @param masterInfoJson what the leader has published, MasterInfo as JSON, not yet parsed;
     *     empty when there is no leader or none is known
     */
    void leader(Optional<byte[]> masterInfoJson);
  }

  /** What was last reported; another publication of the same bytes is another leader. */
  private record Leader(String node, long created, int version) {}

  private final ZkSession session;
  private final Listener listener;
  private final ConnectionListener connection = new Connection();

  /** One object for all, so that ZooKeeper keeps one watch per node however often we look. */
  private final Watcher watcher = this::onWatched;

  private boolean reported;
  private @Nullable Leader leader;
  private boolean closed;
  private boolean looking;

  /** Something has changed while looking. */
  private boolean lookAgain;

  private LeaderDetector(ZkSession session, Listener listener) {
    this.session = session;
    this.listener = listener;
  }

  /** Begins to look. Never blocks. */
  public static LeaderDetector start(ZkSession session, Listener listener) {
    LeaderDetector detector = new LeaderDetector(session, listener);
    session.thread().execute(() -> session.addListener(detector.connection));
    return detector;
  }

  /** Stops looking: the listener is not called any more when this returns. Bounded. */
  @Override
  public void close() {
    session.thread().executeAndWait(this::end);
  }

  private void end() {
    closed = true;
    session.removeListener(connection);
  }

  private final class Connection implements ConnectionListener {
    @Override
    public void connected() {
      look();
    }

    @Override
    public void suspended() {
      log.debug("Keeping the last known leader while there is no connection");
    }

    @Override
    public void lost() {
      report(null, null);
    }

    @Override
    public void closed() {
      end();
    }
  }

  private void onWatched(WatchedEvent event) {
    // Connection events reach every watch too; the session tells us of those in order.
    if (event.getType() != Watcher.Event.EventType.None) {
      session.thread().execute(this::look);
    }
  }

  private void look() {
    if (closed || !session.connected()) {
      return;
    }
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    lookAgain = false;
    try {
      session
          .client()
          .getChildren()
          .usingWatcher(watcher)
          .inBackground(session.answer(event -> onChildren(event)))
          .forPath(session.path());
    } catch (Exception e) {
      onFailed("cannot list " + session.path() + ": " + e);
    }
  }

  private void onChildren(CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.NONODE) {
      watchForPath();
    } else if (code != Code.OK) {
      onFailed("cannot list " + session.path() + ": " + code);
    } else {
      JsonInfo.lowest(event.getChildren()).ifPresentOrElse(this::read, this::onNobody);
    }
  }

  private void watchForPath() {
    try {
      session
          .client()
          .checkExists()
          .usingWatcher(watcher)
          .inBackground(session.answer(event -> onPathChecked(event)))
          .forPath(session.path());
    } catch (Exception e) {
      onFailed("cannot watch " + session.path() + ": " + e);
    }
  }

  private void onPathChecked(CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      // Made between the two questions.
      lookAgain = true;
      onLooked();
    } else if (code == Code.NONODE) {
      onNobody();
    } else {
      onFailed("cannot watch " + session.path() + ": " + code);
    }
  }

  private void onNobody() {
    report(null, null);
    onLooked();
  }

  private void read(String node) {
    try {
      session
          .client()
          .getData()
          .usingWatcher(watcher)
          .inBackground(session.answer(event -> onRead(node, event)))
          .forPath(session.path(node));
    } catch (Exception e) {
      onFailed("cannot read " + session.path(node) + ": " + e);
    }
  }

  private void onRead(String node, CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      Leader found = new Leader(node, event.getStat().getCzxid(), event.getStat().getVersion());
      report(found, event.getData());
      onLooked();
    } else if (code == Code.NONODE) {
      // It stepped down between the two questions.
      lookAgain = true;
      onLooked();
    } else {
      onFailed("cannot read " + session.path(node) + ": " + code);
    }
  }

  private void onLooked() {
    looking = false;
    if (lookAgain) {
      look();
    }
  }

  private void onFailed(String reason) {
    looking = false;
    if (!closed) {
      log.warn("The leader cannot be looked up: {}; trying again in {}", reason, RETRY_DELAY);
      session.thread().schedule(RETRY_DELAY, this::look);
    }
  }

  private void report(@Nullable Leader found, byte @Nullable [] data) {
    if (closed || (reported && (found == null ? leader == null : found.equals(leader)))) {
      return;
    }
    if (found != null && !session.connected()) {
      // An answer that was under way when the session was lost; the next connection asks anew.
      return;
    }
    reported = true;
    leader = found;
    if (found == null) {
      log.info("No leader is known below {}", session.path());
    } else {
      log.info("The leader is published in {}", session.path(found.node()));
    }
    listener.leader(Optional.ofNullable(data));
  }
}
