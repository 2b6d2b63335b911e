package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * The node that numbers the terms. Its data is the number of the latest term; its version is raised
 * with it and by nothing else, so that a transaction which checks the version can only be made in
 * that term.
 */
final class Epoch {
  private final ZkSession session;

  Epoch(ZkSession session) {
    this.session = session;
  }

  /** How raising the epoch ended. */
  sealed interface Raised {
    record Begun(Term term) implements Raised {}

    record Refused(String reason) implements Raised {}
  }

  String path() {
    return path(session);
  }

  static String path(ZkSession session) {
    return session.path("registry/epoch");
  }

  /** The operation that makes a transaction fail once the term is over. */
  static CuratorOp check(ZkSession session, Term term) throws Exception {
    return session
        .client()
        .transactionOp()
        .check()
        .withVersion(term.fence())
        .forPath(path(session));
  }

  /**
   * Begins the next term, if the contender's node is still there: a contender that was held up and
   * whose session has ended meanwhile must not end the term of the one that was elected after it.
   */
  void raise(String contenderPath, Consumer<Raised> callback) {
    try {
      session
          .client()
          .getData()
          .inBackground(session.answer(event -> onRead(contenderPath, event, callback)))
          .forPath(path());
    } catch (Exception e) {
      callback.accept(new Raised.Refused("cannot read " + path() + ": " + e));
    }
  }

  private void onRead(String contenderPath, CuratorEvent event, Consumer<Raised> callback) {
    Code code = Codes.of(event);
    if (code != Code.OK) {
      callback.accept(new Raised.Refused("cannot read " + path() + ": " + code));
      return;
    }
    String text = new String(event.getData(), UTF_8);
    try {
      write(contenderPath, Long.parseLong(text) + 1, event.getStat().getVersion(), callback);
    } catch (NumberFormatException e) {
      callback.accept(
          new Raised.Refused(
              path() + " must hold the number of the latest term, but holds '" + text + "'"));
    }
  }

  private void write(String contenderPath, long next, int version, Consumer<Raised> callback) {
    CuratorFramework client = session.client();
    try {
      List<CuratorOp> operations =
          List.of(
              client.transactionOp().check().forPath(contenderPath),
              client
                  .transactionOp()
                  .setData()
                  .withVersion(version)
                  .forPath(path(), Long.toString(next).getBytes(UTF_8)));
      client
          .transaction()
          .inBackground(session.answer(event -> onWritten(next, event, callback)))
          .forOperations(operations);
    } catch (Exception e) {
      callback.accept(new Raised.Refused("cannot raise " + path() + ": " + e));
    }
  }

  private void onWritten(long next, CuratorEvent event, Consumer<Raised> callback) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      Stat stat = event.getOpResults().get(1).getResultStat();
      callback.accept(new Raised.Begun(new Term(next, stat.getVersion())));
    } else {
      callback.accept(new Raised.Refused("cannot raise " + path() + ": " + code));
    }
  }
}
