package io.meseta.common.coordination;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Reads all records of a collection, many requests under way at once. What fails by a lost
 * connection begins again from the list, until the time limit.
 */
final class CollectionReader {
  private static final Duration RETRY_DELAY = Duration.ofMillis(500);

  /** Answers under way at once: enough to hide the way to the server, few enough for the memory. */
  private static final int WINDOW = 128;

  private final ZkSession session;
  private final String path;
  private final Set<String> present;
  private final BiConsumer<CollectionReader, ReadOutcome> callback;
  private final Deque<String> unread = new ArrayDeque<>();
  private TreeMap<String, byte[]> records = new TreeMap<>();
  private CoordinationThread.Timer expiry = () -> {};
  private String lastProblem = "no connection to ZooKeeper";
  private boolean reading;
  private boolean finished;
  private int underWay;

  /** Tells answers of an earlier try from those of the present one. */
  private int tries;

  CollectionReader(
      ZkSession session,
      String path,
      Set<String> present,
      BiConsumer<CollectionReader, ReadOutcome> callback) {
    this.session = session;
    this.path = path;
    this.present = present;
    this.callback = callback;
  }

  /** Begins, or waits for a connection; the callback comes within the limit. */
  void start(Duration limit) {
    expiry =
        session
            .thread()
            .schedule(limit, () -> fail("not read within " + limit + ": " + lastProblem));
    begin();
  }

  void fail(String reason) {
    finish(new ReadOutcome.Failed("cannot read " + path + ": " + reason));
  }

  /** Begins a try, unless one is under way. */
  void begin() {
    if (finished || reading || !session.connected()) {
      return;
    }
    reading = true;
    tries++;
    underWay = 0;
    unread.clear();
    records = new TreeMap<>();
    int current = tries;
    try {
      session
          .client()
          .getChildren()
          .inBackground(session.answer(event -> onChildren(current, event)))
          .forPath(path);
    } catch (Exception e) {
      onFailed(e.toString());
    }
  }

  private boolean isStale(int of) {
    return finished || of != tries || !reading;
  }

  private void onChildren(int of, CuratorEvent event) {
    if (isStale(of)) {
      return;
    }
    Code code = Codes.of(event);
    if (code == Code.OK) {
      unread.addAll(event.getChildren());
      readMore();
    } else if (code == Code.NONODE) {
      finish(new ReadOutcome.Read(records));
    } else {
      onCode(code);
    }
  }

  private void readMore() {
    int current = tries;
    while (underWay < WINDOW && !unread.isEmpty()) {
      String node = unread.removeFirst();
      underWay++;
      try {
        session
            .client()
            .getData()
            .inBackground(session.answer(event -> onRecord(current, node, event)))
            .forPath(path + "/" + node);
      } catch (Exception e) {
        onFailed(e.toString());
        return;
      }
    }
    if (underWay == 0) {
      finish(new ReadOutcome.Read(records));
    }
  }

  private void onRecord(int of, String node, CuratorEvent event) {
    if (isStale(of)) {
      return;
    }
    underWay--;
    Code code = Codes.of(event);
    if (code != Code.OK && code != Code.NONODE) {
      onCode(code);
      return;
    }
    if (code == Code.OK) {
      try {
        records.put(StoreKey.idOf(node), event.getData());
      } catch (IllegalArgumentException e) {
        fail("the node '" + node + "' is not ours; move it away");
        return;
      }
      present.add(path + "/" + node);
    }
    readMore();
  }

  private void onCode(Code code) {
    if (Codes.isTransient(code)) {
      onFailed("ZooKeeper answered " + code);
    } else {
      fail("ZooKeeper answered " + code);
    }
  }

  private void onFailed(String problem) {
    lastProblem = problem;
    reading = false;
    session.thread().schedule(RETRY_DELAY, this::begin);
  }

  private void finish(ReadOutcome outcome) {
    if (!finished) {
      finished = true;
      expiry.cancel();
      callback.accept(this, outcome);
    }
  }
}
