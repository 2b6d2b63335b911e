package io.meseta.common.coordination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a leader as Mesos clients look for it, in an ephemeral {@code json.info_…} node, and
 * removes it.
 *
 * <p>The owner says what it wants; this class compares that with the nodes of its own session and
 * repeats until both agree. That is how it copes with a connection lost while a node was being
 * made: the node may be there or not, and one that nobody knows of would go on naming a leader that
 * has stepped down. (Curator's own protection marks such nodes by their name, which is given here.)
 * A node of an ended session is removed by the ensemble.
 */
public final class LeaderPublication implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderPublication.class);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /** One wish of the owner; two wishes are never the same. */
  private static final class Wanted {
    final Term term;
    final byte[] json;

    Wanted(Term term, byte[] json) {
      this.term = term;
      this.json = json;
    }
  }

  private final ZkSession session;
  private final ConnectionListener connection = new Connection();
  private @Nullable Wanted wanted;

  /** The wish that {@link #publishedNode} fulfils. */
  private @Nullable Wanted published;

  private @Nullable String publishedNode;
  private boolean closed;
  private boolean working;

  /** The wish or the connection has changed while working. */
  private boolean workAgain;

  private LeaderPublication(ZkSession session) {
    this.session = session;
  }

  /** Begins with nothing published. Never blocks. */
  public static LeaderPublication start(ZkSession session) {
    LeaderPublication publication = new LeaderPublication(session);
    session.thread().execute(() -> session.addListener(publication.connection));
    return publication;
  }

  /**
   * Publishes the leader of the term, in place of what is published. To be called when the leader
   * is ready to serve, that is, has recovered. Nothing is published once the term is over. Never
   * blocks.
   *
   * @param masterInfoJson MasterInfo as compact JSON
   */
  public void publish(Term term, byte[] masterInfoJson) {
    Wanted wish = new Wanted(term, masterInfoJson.clone());
    session.thread().execute(() -> want(wish));
  }

  /** Removes what is published; as soon as there is a connection again, if there is none. */
  public void withdraw() {
    session.thread().execute(() -> want(null));
  }

  /**
   * Withdraws and ends; while there is no connection, the end of the session withdraws. Bounded.
   */
  @Override
  public void close() {
    session
        .thread()
        .executeAndWait(() -> {
          want(null);
          closed = true;
          session.removeListener(connection);
        });
  }

  private final class Connection implements ConnectionListener {
    @Override
    public void connected() {
      work();
    }

    @Override
    public void suspended() {
      log.debug("What is published is checked when there is a connection again");
    }

    @Override
    public void lost() {
      published = null;
      publishedNode = null;
    }

    @Override
    public void closed() {
      closed = true;
    }
  }

  private void want(@Nullable Wanted wish) {
    if (!closed) {
      wanted = wish;
      work();
    }
  }

  private void work() {
    if (working) {
      workAgain = true;
      return;
    }
    if (!session.connected() || session.closed()) {
      return;
    }
    working = true;
    workAgain = false;
    try {
      session
          .client()
          .getChildren()
          .inBackground(session.answer(event -> onChildren(event)))
          .forPath(session.path());
    } catch (Exception e) {
      onFailed("list " + session.path() + ": " + e);
    }
  }

  private void onChildren(CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      findOwn(JsonInfo.only(event.getChildren()), new ArrayList<>());
    } else if (code == Code.NONODE) {
      // Nothing is there, so nothing of ours is.
      onOwn(List.of());
    } else {
      onFailed("list " + session.path() + ": " + code);
    }
  }

  /** Asks whose each node is, one after the other: there are as many as there are masters. */
  private void findOwn(List<String> nodes, List<String> own) {
    if (nodes.isEmpty()) {
      onOwn(own);
      return;
    }
    String node = nodes.get(0);
    try {
      session
          .client()
          .checkExists()
          .inBackground(session.answer(event -> onOwner(event, nodes, own)))
          .forPath(session.path(node));
    } catch (Exception e) {
      onFailed("look at " + session.path(node) + ": " + e);
    }
  }

  private void onOwner(CuratorEvent event, List<String> nodes, List<String> own) {
    Code code = Codes.of(event);
    if (code != Code.OK && code != Code.NONODE) {
      onFailed("look at " + session.path(nodes.get(0)) + ": " + code);
      return;
    }
    if (code == Code.OK
        && session
            .ephemeralOwner()
            .filter(id -> id == event.getStat().getEphemeralOwner())
            .isPresent()) {
      own.add(nodes.get(0));
    }
    findOwn(nodes.subList(1, nodes.size()), own);
  }

  private void onOwn(List<String> own) {
    Wanted wish = wanted;
    boolean fulfilled =
        wish != null
            && wish.equals(published)
            && publishedNode != null
            && own.contains(publishedNode);
    List<String> stale =
        own.stream().filter(node -> !(fulfilled && node.equals(publishedNode))).toList();
    if (wish != null && !fulfilled) {
      // The old ones go afterwards, so that there is no moment without a leader.
      create(wish);
    } else if (!stale.isEmpty()) {
      delete(stale.get(0));
    } else {
      onDone();
    }
  }

  private void create(Wanted wish) {
    try {
      List<CuratorOp> operations =
          List.of(
              Epoch.check(session, wish.term),
              session
                  .client()
                  .transactionOp()
                  .create()
                  .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                  .forPath(session.path(JsonInfo.PREFIX), wish.json));
      session
          .client()
          .transaction()
          .inBackground(session.answer(event -> onCreated(wish, event)))
          .forOperations(operations);
    } catch (Exception e) {
      onFailed("publish the leader below " + session.path() + ": " + e);
    }
  }

  private void onCreated(Wanted wish, CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK) {
      String path = event.getOpResults().get(1).getResultPath();
      published = wish;
      publishedNode = path.substring(path.lastIndexOf('/') + 1);
      log.info("Published as leader in {}, epoch {}", path, wish.term.epoch());
      repeat();
    } else if (code == Code.BADVERSION || code == Code.NONODE) {
      log.warn("Not published: epoch {} is over", wish.term.epoch());
      if (wish.equals(wanted)) {
        wanted = null;
      }
      repeat();
    } else {
      onFailed("publish the leader below " + session.path() + ": " + code);
    }
  }

  private void delete(String node) {
    try {
      session
          .client()
          .delete()
          .inBackground(session.answer(event -> onDeleted(node, event)))
          .forPath(session.path(node));
    } catch (Exception e) {
      onFailed("remove " + session.path(node) + ": " + e);
    }
  }

  private void onDeleted(String node, CuratorEvent event) {
    Code code = Codes.of(event);
    if (code == Code.OK || code == Code.NONODE) {
      log.info("Withdrew {}", session.path(node));
      repeat();
    } else {
      onFailed("remove " + session.path(node) + ": " + code);
    }
  }

  /** Looks again until there is nothing left to do. */
  private void repeat() {
    working = false;
    work();
  }

  private void onDone() {
    working = false;
    if (workAgain) {
      work();
    }
  }

  private void onFailed(String what) {
    working = false;
    if (session.closed()) {
      // The end of the session withdraws.
      return;
    }
    log.warn("Cannot {}; trying again in {}", what, RETRY_DELAY);
    session.thread().schedule(RETRY_DELAY, this::work);
  }
}
