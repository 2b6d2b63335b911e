package io.meseta.common.coordination;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Reads all records of a collection: many with each request, which Curator has no words for, and
 * several requests under way at once. What fails by a lost connection begins again from the list,
 * until the time limit.
 */
final class CollectionReader {
  private static final Duration RETRY_DELAY = Duration.ofMillis(500);

  /** Records per request: were each as large as can be, the answer would still be taken. */
  private static final int BATCH = 64;

  /** Answers under way at once: enough to hide the way to the server, few enough for the memory. */
  private static final int WINDOW = 8;

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
      List<String> nodes = new ArrayList<>(BATCH);
      List<Op> operations = new ArrayList<>(BATCH);
      while (nodes.size() < BATCH && !unread.isEmpty()) {
        String node = unread.removeFirst();
        nodes.add(node);
        operations.add(Op.getData(path + "/" + node));
      }
      underWay++;
      try {
        ZooKeeper client = session.client().getZookeeperClient().getZooKeeper();
        client.multi(
            operations,
            (code, unused, context, results) ->
                session.thread().execute(() -> onRecords(current, nodes, code, results)),
            null);
      } catch (Exception e) {
        onFailed(e.toString());
        return;
      }
    }
    if (underWay == 0) {
      finish(new ReadOutcome.Read(records));
    }
  }

  /**
   * @param number the first code that is not OK; with results, each has its own
   */
  private void onRecords(int of, List<String> nodes, int number, @Nullable List<OpResult> results) {
    if (isStale(of)) {
      return;
    }
    underWay--;
    if (results == null || results.size() != nodes.size()) {
      onCode(Codes.of(number));
      return;
    }
    for (int i = 0; i < nodes.size() && !isStale(of); i++) {
      onRecord(nodes.get(i), results.get(i));
    }
    if (!isStale(of)) {
      readMore();
    }
  }

  private void onRecord(String node, OpResult result) {
    if (result instanceof OpResult.GetDataResult found) {
      try {
        records.put(StoreKey.idOf(node), found.getData());
      } catch (IllegalArgumentException e) {
        fail("the node '" + node + "' is not ours; move it away");
        return;
      }
      present.add(path + "/" + node);
    } else if (result instanceof OpResult.ErrorResult error) {
      // Deleted since it was listed: by a term that is ending.
      if (error.getErr() != Code.NONODE.intValue()) {
        onCode(Codes.of(error.getErr()));
      }
    } else {
      fail("ZooKeeper answered a reading with " + result);
    }
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
