package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meseta.common.coordination.Epoch.Raised;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatch.CloseMode;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contends for leadership for as long as it is open, and says when a term begins and ends.
 *
 * <p>A contender that is first in line raises the epoch before it is told that it leads; from then
 * on no write of an earlier term can succeed ({@link FencedStore}).
 *
 * <p><b>Why a cut-off leader is deposed before another can start.</b> A client that hears nothing
 * for two thirds of the session timeout gives its connection up, which deposes it here at once. The
 * ensemble ends the session, and lets the next one in, not before the whole timeout has passed
 * since the client's last word, which came before the last answer that the client heard. The leader
 * therefore has a third of the session timeout to stop acting (2.7 s of the default 8 s). Only a
 * process that is stopped for longer than that, by its machine or by its garbage collector, can
 * still believe in its term when another has begun; what it then tries to store is refused by the
 * fence.
 *
 * <p>After a connection loss the same object contends again; the process goes on.
 */
public final class LeaderElection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);

  /**
   * Below which contenders stand. Some clients take the first of all children of the path for the
   * leader, so whatever is not {@code json.info_…} has to have a name that sorts after it.
   */
  static final String LATCH = "latch";

  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /** Told on the coordination thread; must return at once. */
  public interface Listener {
    /** This contender leads. The term is its own until {@link #deposed} is called. */
    void elected(Term term);

    /**
     * The term of the last {@link #elected} is over: stop acting on it now. Called exactly once per
     * term.
     *
     * @param reason for the log
     */
    void deposed(String reason);
  }

  private enum State {
    CONTENDING,
    /** First in line; the epoch is being raised. */
    RAISING,
    LEADING,
    CLOSED
  }

  private final ZkSession session;
  private final String contenderId;
  private final Listener listener;
  private final Epoch epoch;
  private final ConnectionListener connection = new Connection();
  private State state = State.CONTENDING;
  private boolean preparing;
  private @Nullable LeaderLatch latch;

  /** Tells a late answer from the one that is waited for. */
  private long attempt;

  private LeaderElection(ZkSession session, String contenderId, Listener listener) {
    this.session = session;
    this.contenderId = contenderId;
    this.listener = listener;
    this.epoch = new Epoch(session);
  }

  /**
   * Begins to contend. Never blocks.
   *
   * @param contenderId stored in the contender's node, for the operator who looks there
   */
  public static LeaderElection start(ZkSession session, String contenderId, Listener listener) {
    LeaderElection election = new LeaderElection(session, contenderId, listener);
    session.thread().execute(() -> session.addListener(election.connection));
    return election;
  }

  /**
   * Gives the leadership back, if this contender has it, and contends again behind the others.
   * Never blocks; {@link Listener#deposed} follows.
   */
  public void stepDown(String reason) {
    session
        .thread()
        .execute(() -> {
          if (state == State.LEADING) {
            contendAgain(reason);
          }
        });
  }

  /** Gives up contending; {@link Listener#deposed} has been called when this returns. Bounded. */
  @Override
  public void close() {
    session.thread().executeAndWait(() -> end("the election has been closed"));
  }

  private void end(String reason) {
    session.removeListener(connection);
    closeLatch();
    endTerm(reason);
    state = State.CLOSED;
  }

  private final class Connection implements ConnectionListener {
    @Override
    public void connected() {
      prepare();
    }

    @Override
    public void suspended() {
      endTerm("the connection to ZooKeeper is gone");
    }

    @Override
    public void lost() {
      endTerm("the ZooKeeper session is lost");
    }

    @Override
    public void closed() {
      end("the ZooKeeper session has been closed");
    }
  }

  /**
   * Makes the nodes that the election needs, then contends; the latch itself survives everything.
   */
  private void prepare() {
    if (state == State.CLOSED || latch != null || preparing || !session.connected()) {
      return;
    }
    preparing = true;
    new NodeMaker(session).make(List.of(epoch.path()), "0".getBytes(UTF_8), this::onPrepared);
  }

  private void onPrepared(Code code) {
    preparing = false;
    if (state == State.CLOSED || session.closed()) {
      return;
    }
    if (code == Code.OK) {
      contend();
    } else {
      log.warn("Cannot make {}: {}; trying again", epoch.path(), code);
      retryLater();
    }
  }

  private void retryLater() {
    session.thread().schedule(RETRY_DELAY, this::prepare);
  }

  private void contend() {
    LeaderLatch made =
        new LeaderLatch(session.client(), session.path(LATCH), contenderId, CloseMode.SILENT);
    made.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            onFirstInLine(made);
          }

          @Override
          public void notLeader() {
            onNotFirstInLine(made);
          }
        },
        session.executor());
    try {
      made.start();
      latch = made;
      log.info("Contending for leadership below {}", session.path(LATCH));
    } catch (Exception e) {
      log.warn("Cannot contend below {}; trying again", session.path(LATCH), e);
      retryLater();
    }
  }

  private void onFirstInLine(LeaderLatch of) {
    // Heard through a queue: it may have been lost again since.
    if (!of.equals(latch)
        || state != State.CONTENDING
        || !of.hasLeadership()
        || !session.connected()) {
      return;
    }
    state = State.RAISING;
    long current = ++attempt;
    epoch.raise(of.getLastPathIsLeader(), raised -> onRaised(current, raised));
  }

  private void onRaised(long of, Raised raised) {
    if (of != attempt || state != State.RAISING) {
      return;
    }
    if (raised instanceof Raised.Begun begun) {
      state = State.LEADING;
      log.info("Elected, epoch {}", begun.term().epoch());
      listener.elected(begun.term());
    } else if (raised instanceof Raised.Refused refused) {
      contendAgain(refused.reason());
    }
  }

  private void onNotFirstInLine(LeaderLatch of) {
    if (of.equals(latch)) {
      // The latch may hear of a lost connection before this object does.
      boolean cutOff = !session.client().getZookeeperClient().isConnected();
      endTerm(cutOff ? "the connection to ZooKeeper is gone" : "no longer first in line");
    }
  }

  private void contendAgain(String reason) {
    log.info("Contending again: {}", reason);
    closeLatch();
    endTerm(reason);
    retryLater();
  }

  private void endTerm(String reason) {
    State before = state;
    attempt++;
    if (before == State.RAISING || before == State.LEADING) {
      state = State.CONTENDING;
    }
    if (before == State.LEADING) {
      log.warn("Deposed: {}", reason);
      listener.deposed(reason);
    }
  }

  private void closeLatch() {
    LeaderLatch closed = latch;
    latch = null;
    if (closed == null) {
      return;
    }
    try {
      closed.close();
    } catch (IOException e) {
      log.warn(
          "The contender's node below {} may stay until the session ends", session.path(LATCH), e);
    }
  }
}
