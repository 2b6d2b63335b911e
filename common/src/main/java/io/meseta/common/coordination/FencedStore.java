package io.meseta.common.coordination;

import io.meseta.common.coordination.WriteOutcome.Failed;
import io.meseta.common.coordination.WriteOutcome.Fenced;
import io.meseta.common.coordination.WriteOutcome.Written;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable records of the cluster, in {@code <path>/registry/<collection>/<id>}, written by the
 * leader of the current term only.
 *
 * <p>Every write is one ZooKeeper transaction that first checks the term's fence ({@link Epoch}):
 * either all of its changes are made, in that term, or none. One transaction is under way at a
 * time; what is handed in meanwhile goes into the next one together, up to {@link #MAX_BATCH_BYTES}
 * and {@link #MAX_BATCH_CHANGES}. Outcomes come in the order in which the writes were handed in.
 *
 * <p>A transaction whose answer is lost is made again, until its time limit. That is safe as
 * changes are idempotent, no later write is sent before an earlier one is settled, and ZooKeeper
 * keeps the order of one session's requests. ZooKeeper has no "create or set", so each transaction
 * says what it believes to be there, and looks when it was wrong ({@link FencedTransaction}).
 *
 * <p>A write that waits for a connection outlives the leadership of its term in this process: it is
 * written if no term has begun when the connection is back, and fenced otherwise. Either way the
 * next leader reads after that, this process included.
 *
 * <p>All methods return at once and may be called from any thread. Callbacks are called on the
 * coordination thread, each exactly once; on the caller's when the session has been closed before.
 */
public final class FencedStore implements AutoCloseable {
  /** The largest value of one record. */
  public static final int MAX_VALUE_BYTES = 512 * 1024;

  /** The largest write; ZooKeeper's limit for a transaction is 1 MiB. */
  public static final int MAX_WRITE_BYTES = 896 * 1024;

  static final int MAX_BATCH_BYTES = 512 * 1024;
  static final int MAX_BATCH_CHANGES = 1_000;

  /**
   * A leader that produces faster than this is stored is told so, instead of filling the memory.
   */
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private static final Duration RETRY_DELAY = Duration.ofMillis(200);
  private static final Term NO_TERM = new Term(-1, -1);
  private static final Logger log = LoggerFactory.getLogger(FencedStore.class);

  private final ZkSession session;
  private final StoreOptions options;
  private final ConnectionListener connection = new Connection();
  private final Deque<PendingWrite> pending = new ArrayDeque<>();
  private final Set<CollectionReader> readers = new HashSet<>();

  /** Nodes that were seen to be there: a guess, see {@link FencedTransaction}. */
  private final Set<String> present = new HashSet<>();

  private @Nullable Term presentIn;
  private long waitingBytes;
  private long fencedEpoch = -1;
  private boolean writing;
  private boolean waitingToRetry;
  private boolean closed;
  private CoordinationThread.@Nullable Timer expiry;
  private String lastProblem = "no connection to ZooKeeper";

  private FencedStore(ZkSession session, StoreOptions options) {
    this.session = session;
    this.options = options;
  }

  /** A store over the session. Never blocks. */
  public static FencedStore open(ZkSession session, StoreOptions options) {
    FencedStore store = new FencedStore(session, options);
    session.thread().execute(() -> session.addListener(store.connection));
    return store;
  }

  /**
   * Makes the changes, all or none. Of several changes of one record the last one counts. Without
   * changes it tells whether the term still lasts.
   */
  public void write(Term term, List<Change> changes, Consumer<WriteOutcome> callback) {
    long deadline = System.nanoTime() + options.writeLimit().toNanos();
    PendingWrite write = new PendingWrite(term, changes, deadline, callback);
    if (!session.thread().execute(() -> enqueue(write))) {
      callback.accept(new Failed("the store has been closed"));
    }
  }

  /**
   * Reads all records of a collection; quick for tens of thousands. A leader reads after it was
   * elected and before it writes; it then sees all that earlier terms have written.
   */
  public void readAll(Term term, String collection, Consumer<ReadOutcome> callback) {
    StoreKey.requireCollection(collection);
    if (!session.thread().execute(() -> read(term, collection, callback))) {
      callback.accept(new ReadOutcome.Failed("the store has been closed"));
    }
  }

  /** Reads all records of a collection without a term: for those who only look. */
  public void readAll(String collection, Consumer<ReadOutcome> callback) {
    readAll(NO_TERM, collection, callback);
  }

  /**
   * Why a write of these changes would fail, whatever the store holds; empty if it would not. Who
   * lets others say what is written asks before.
   */
  public static Optional<String> tooLarge(List<Change> changes) {
    return PendingWrite.tooLarge(changes);
  }

  /** Fails what is still waiting; callbacks have been called when this returns. Bounded. */
  @Override
  public void close() {
    session.thread().executeAndWait(() -> end("the store has been closed"));
  }

  private void end(String reason) {
    closed = true;
    session.removeListener(connection);
    pending.forEach(write -> settle(write, new Failed(reason)));
    answerSettled();
    List.copyOf(readers).forEach(reader -> reader.fail(reason));
  }

  private final class Connection implements ConnectionListener {
    @Override
    public void connected() {
      writeNext();
      List.copyOf(readers).forEach(CollectionReader::begin);
    }

    @Override
    public void suspended() {
      lastProblem = "no connection to ZooKeeper";
    }

    @Override
    public void lost() {
      lastProblem = "no session with ZooKeeper";
    }

    @Override
    public void closed() {
      end("the ZooKeeper session has been closed");
    }
  }

  private void read(Term term, String collection, Consumer<ReadOutcome> callback) {
    if (closed) {
      callback.accept(new ReadOutcome.Failed("the store has been closed"));
      return;
    }
    forgetOtherTerms(term);
    CollectionReader reader =
        new CollectionReader(
            session,
            path(collection),
            present,
            (self, outcome) -> {
              readers.remove(self);
              callback.accept(outcome);
            });
    readers.add(reader);
    reader.start(options.readLimit());
  }

  private String path(String collection) {
    return session.path("registry/" + collection);
  }

  /** Other leaders have written since what was seen in an earlier term. */
  private void forgetOtherTerms(Term term) {
    if (!term.equals(presentIn)) {
      present.clear();
      presentIn = term;
    }
  }

  private void enqueue(PendingWrite write) {
    if (closed) {
      settle(write, new Failed("the store has been closed"));
    } else if (waitingBytes + write.bytes > MAX_WAITING_BYTES) {
      settle(write, new Failed("too many writes are waiting: " + waitingBytes + " bytes"));
    }
    waitingBytes += write.bytes;
    pending.addLast(write);
    answerSettled();
    armExpiry();
    writeNext();
  }

  private static void settle(PendingWrite write, WriteOutcome outcome) {
    if (write.outcome == null) {
      write.outcome = outcome;
    }
  }

  /** Answers from the head on, so that outcomes keep the order of the writes. */
  private void answerSettled() {
    PendingWrite head = pending.peekFirst();
    while (head != null && head.outcome != null) {
      pending.removeFirst();
      waitingBytes -= head.bytes;
      answer(head, head.outcome);
      head = pending.peekFirst();
    }
  }

  private static void answer(PendingWrite write, WriteOutcome outcome) {
    try {
      write.callback.accept(outcome);
    } catch (RuntimeException e) {
      log.error("The receiver of a write's outcome failed; this is a bug", e);
    }
  }

  private void writeNext() {
    if (writing || waitingToRetry || closed || !session.connected()) {
      return;
    }
    List<PendingWrite> batch = nextBatch();
    if (batch.isEmpty()) {
      return;
    }
    Term term = batch.get(0).term;
    if (term.epoch() <= fencedEpoch) {
      onSettled(batch, new Fenced());
      return;
    }
    forgetOtherTerms(term);
    writing = true;
    List<Change> changes = new ArrayList<>();
    batch.forEach(write -> changes.addAll(write.changes));
    new FencedTransaction(session, term, changes, present)
        .run(result -> onTransaction(batch, result));
  }

  private List<PendingWrite> nextBatch() {
    List<PendingWrite> batch = new ArrayList<>();
    long bytes = 0;
    long changes = 0;
    for (PendingWrite write : pending) {
      if (write.outcome != null) {
        continue;
      }
      bytes += write.bytes;
      changes += write.changes.size();
      boolean fits = bytes <= MAX_BATCH_BYTES && changes <= MAX_BATCH_CHANGES;
      if (!batch.isEmpty() && (!fits || !write.term.equals(batch.get(0).term))) {
        break;
      }
      batch.add(write);
    }
    return batch;
  }

  private void onTransaction(List<PendingWrite> batch, FencedTransaction.Result result) {
    writing = false;
    if (closed) {
      // Everything has been answered.
      return;
    }
    if (result instanceof FencedTransaction.Result.Applied) {
      onSettled(batch, new Written());
    } else if (result instanceof FencedTransaction.Result.Fenced) {
      long epoch = batch.get(0).term.epoch();
      fencedEpoch = Math.max(fencedEpoch, epoch);
      log.warn("A write of epoch {} was refused: the term is over", epoch);
      onSettled(batch, new Fenced());
    } else if (result instanceof FencedTransaction.Result.Refused refused) {
      log.error("A write was refused: {}", refused.reason());
      onSettled(batch, new Failed(refused.reason()));
    } else if (result instanceof FencedTransaction.Result.InDoubt inDoubt) {
      lastProblem = inDoubt.reason();
      log.warn("A write is tried again: {}", inDoubt.reason());
      waitingToRetry = true;
      session.thread().schedule(RETRY_DELAY, this::retry);
    }
  }

  private void retry() {
    waitingToRetry = false;
    writeNext();
  }

  private void onSettled(List<PendingWrite> batch, WriteOutcome outcome) {
    batch.forEach(write -> settle(write, outcome));
    answerSettled();
    armExpiry();
    // Handed in, not called: a long queue of fenced writes would grow the stack.
    session.thread().execute(this::writeNext);
  }

  /**
   * One timer, for the oldest write: the limit is the same for all, so it is the next to expire.
   */
  private void armExpiry() {
    if (expiry != null) {
      expiry.cancel();
      expiry = null;
    }
    PendingWrite head = pending.peekFirst();
    if (head != null) {
      Duration left = Duration.ofNanos(Math.max(0, head.deadlineNanos - System.nanoTime()));
      expiry = session.thread().schedule(left, this::expire);
    }
  }

  private void expire() {
    long now = System.nanoTime();
    for (PendingWrite write : pending) {
      if (write.deadlineNanos - now <= 0) {
        settle(
            write, new Failed("not written within " + options.writeLimit() + ": " + lastProblem));
      }
    }
    answerSettled();
    armExpiry();
  }
}
