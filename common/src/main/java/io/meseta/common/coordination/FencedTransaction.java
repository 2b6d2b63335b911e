package io.meseta.common.coordination;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Makes a set of changes in one ZooKeeper transaction whose first operation checks the fence.
 *
 * <p>ZooKeeper has "create", which fails where a node is, and "set" and "delete", which fail where
 * none is. The operations are chosen by what was last seen there. When that is wrong (another
 * term's write, or this very transaction made once already, its answer lost) the transaction fails
 * as a whole and nothing is changed: then every node concerned is looked at, and the transaction is
 * made anew. Nobody else writes in this term, so the second look is right unless an answer is lost
 * again; after some rounds the result is {@link Result.InDoubt} and the owner tries later.
 */
final class FencedTransaction {
  private static final int MAX_ROUNDS = 4;

  /** How the transaction ended. */
  sealed interface Result {
    record Applied() implements Result {}

    record Fenced() implements Result {}

    /** Trying again would not help; nothing is changed. */
    record Refused(String reason) implements Result {}

    /** Made or not made; to be tried again. */
    record InDoubt(String reason) implements Result {}
  }

  private final ZkSession session;
  private final Term term;

  /** By node path, the last change of each. */
  private final Map<String, Change> changes = new TreeMap<>();

  private final Set<String> collections = new LinkedHashSet<>();
  private final Set<String> present;

  /** Nodes that were looked at and not there. */
  private final Set<String> absent = new LinkedHashSet<>();

  private @Nullable Consumer<Result> callback;
  private int rounds;
  private int unanswered;

  /**
   * @param present the nodes believed to be there; kept up to date
   */
  FencedTransaction(ZkSession session, Term term, List<Change> changes, Set<String> present) {
    this.session = session;
    this.term = term;
    this.present = present;
    for (Change change : changes) {
      String collection = session.path("registry/" + change.key().collection());
      collections.add(collection);
      this.changes.put(collection + "/" + change.key().nodeName(), change);
    }
  }

  /** Makes the transaction; to be called once. The result comes on the coordination thread. */
  void run(Consumer<Result> resultCallback) {
    callback = resultCallback;
    attempt();
  }

  private void attempt() {
    rounds++;
    try {
      session
          .client()
          .transaction()
          .inBackground(session.answer(event -> onAnswer(event)))
          .forOperations(operations());
    } catch (Exception e) {
      finish(new Result.InDoubt("the transaction cannot be sent: " + e));
    }
  }

  private List<CuratorOp> operations() throws Exception {
    List<CuratorOp> operations = new ArrayList<>();
    operations.add(Epoch.check(session, term));
    for (Map.Entry<String, Change> entry : changes.entrySet()) {
      String path = entry.getKey();
      byte[] value = entry.getValue().value();
      if (value == null) {
        if (!absent.contains(path)) {
          operations.add(session.client().transactionOp().delete().forPath(path));
        }
      } else if (present.contains(path)) {
        operations.add(session.client().transactionOp().setData().forPath(path, value));
      } else {
        operations.add(session.client().transactionOp().create().forPath(path, value));
      }
    }
    return operations;
  }

  private void onAnswer(CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      remember();
      finish(new Result.Applied());
    } else if (Codes.isTransient(code)) {
      finish(new Result.InDoubt("ZooKeeper answered " + code));
    } else if (code == Code.BADVERSION || failedAtFence(event)) {
      finish(new Result.Fenced());
    } else if (code == Code.NODEEXISTS || code == Code.NONODE) {
      lookAgain(code);
    } else {
      finish(new Result.Refused("ZooKeeper answered " + code + " to a write of " + collections));
    }
  }

  /** The epoch node itself is not there: somebody has removed the registry. */
  private static boolean failedAtFence(CuratorEvent event) {
    List<CuratorTransactionResult> results = event.getOpResults();
    return results != null
        && !results.isEmpty()
        && results.get(0).getError() == Code.NONODE.intValue();
  }

  private void remember() {
    changes.forEach((path, change) -> {
      if (change.value() == null) {
        present.remove(path);
      } else {
        present.add(path);
      }
    });
  }

  private void lookAgain(Code code) {
    if (rounds >= MAX_ROUNDS) {
      finish(new Result.InDoubt("ZooKeeper answered " + code + " in " + rounds + " rounds"));
      return;
    }
    new NodeMaker(session)
        .make(
            List.copyOf(collections),
            new byte[0],
            made -> {
              if (made == Code.OK) {
                syncThenLook();
              } else {
                onLookFailed(made);
              }
            });
  }

  /** The server that answers may not have seen yet what was written through another one. */
  private void syncThenLook() {
    try {
      session.client().sync().inBackground(session.answer(this::onSynced)).forPath(session.path());
    } catch (Exception e) {
      finish(new Result.InDoubt("ZooKeeper cannot be asked to sync: " + e));
    }
  }

  private void onSynced(CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      look();
    } else {
      onLookFailed(code);
    }
  }

  private void look() {
    absent.clear();
    unanswered = changes.size();
    Map<String, Code> seen = new HashMap<>();
    for (String path : changes.keySet()) {
      try {
        session
            .client()
            .checkExists()
            .inBackground(session.answer(event -> onSeen(path, event, seen)))
            .forPath(path);
      } catch (Exception e) {
        finish(new Result.InDoubt("ZooKeeper cannot be asked for " + path + ": " + e));
        return;
      }
    }
  }

  private void onSeen(String path, CuratorEvent event, Map<String, Code> seen) {
    Code code = Codes.of(event);
    seen.put(path, code);
    if (code == Code.OK) {
      present.add(path);
    } else {
      present.remove(path);
      absent.add(path);
    }
    unanswered--;
    if (unanswered == 0) {
      seen.values().stream()
          .filter(each -> each != Code.OK && each != Code.NONODE)
          .findFirst()
          .ifPresentOrElse(this::onLookFailed, this::attempt);
    }
  }

  private void onLookFailed(Code code) {
    if (Codes.isTransient(code)) {
      finish(new Result.InDoubt("ZooKeeper answered " + code));
    } else {
      finish(new Result.Refused("ZooKeeper answered " + code + " when asked for " + collections));
    }
  }

  private void finish(Result result) {
    Consumer<Result> receiver = callback;
    callback = null;
    if (receiver != null) {
      receiver.accept(result);
    }
  }
}
