package io.meseta.agent.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in one SQLite file, {@code <work_dir>/journal/journal.db}.
 *
 * <p>A thread of its own takes all writes that wait, makes one transaction of them and answers them
 * in order: under load many writes share one fsync, and alone each has its own at once. A
 * transaction that fails is rolled back whole, and all writes in it fail.
 *
 * <p>The queue has no bound of its own: the core stops taking tasks when writes fail, and what is
 * under way is bounded by the tasks that it has.
 */
public final class SqliteJournal implements Journal {

  /**
   * How a journal is set up.
   *
   * @param workDir the agent's; nobody else may use it meanwhile
   * @param limitBytes the file never grows beyond this; a write that needs more fails
   */
  public record Options(Path workDir, long limitBytes) {

    private static final long GIBIBYTE = 1L << 30;

    /** At most one GiB, which is room for some hundred thousand tasks. */
    public static Options in(Path workDir) {
      return new Options(workDir, GIBIBYTE);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(SqliteJournal.class);

  /** Bounds the time until the first of a batch is answered. */
  private static final int BATCH_LIMIT = 512;

  private static final long CLOSE_LIMIT_SECONDS = 30;

  private record Request(long sequence, List<JournalChange> changes) {}

  /** Ends the thread once everything before it is done. */
  private static final Request END = new Request(-1, List.of());

  private final Path file;
  private final WorkDirLock lock;
  private final JournalDatabase database;
  private final LinkedBlockingQueue<Request> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile Listener listener = new NoListener();
  private boolean closed;

  /** Taken from the queue and not answered yet, in order. Only the journal's thread uses it. */
  private final ArrayDeque<Request> unanswered = new ArrayDeque<>();

  /** Why nothing is written any more. Guarded by the queue: nothing is added to it after this. */
  private @Nullable String fault;

  /** The write that has to succeed before any other is taken. Only the journal's thread uses it. */
  private OptionalLong retryAwaited = OptionalLong.empty();

  private SqliteJournal(Path file, WorkDirLock lock, JournalDatabase database) {
    this.file = file;
    this.lock = lock;
    this.database = database;
    this.thread = new Thread(this::run, "agent-journal");
    thread.setDaemon(true);
  }

  /**
   * Opens the journal of a work directory, made if there is none, and checks it.
   *
   * @throws JournalException if another agent uses the directory, if it cannot be written, or if
   *     the journal is damaged; the message says what to do
   */
  public static SqliteJournal open(Options options) throws JournalException {
    WorkDirLock lock = WorkDirLock.take(options.workDir());
    Path file = options.workDir().resolve("journal").resolve("journal.db");
    try {
      Path directory = Files.createDirectories(file.getParent());
      SqliteLibrary.prepare(directory);
      JournalDatabase database = JournalDatabase.open(file, options.limitBytes());
      SqliteLibrary.loaded(directory);
      return new SqliteJournal(file, lock, database);
    } catch (SQLException | JournalException | IOException e) {
      release(lock);
      throw unusable(file, e);
    }
  }

  private static void release(WorkDirLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("The lock of the work directory was not released in order: {}", e.getMessage());
    }
  }

  private static JournalException unusable(Path file, Exception cause) {
    return new JournalException(
        "The journal "
            + file
            + " cannot be used: "
            + cause.getMessage()
            + ". The agent does not start, because it would not know its tasks and could run them"
            + " twice. If the disk is full or the file is not accessible, mend that and start again."
            + " If the file is damaged, restore it together with its -wal file; if that is not"
            + " possible, remove this agent's containers, move the directory "
            + file.getParent()
            + " away and start again: the agent then registers as a new one.",
        cause);
  }

  @Override
  public JournalSnapshot recover() throws JournalException {
    try {
      return database.read();
    } catch (SQLException | InvalidProtocolBufferException e) {
      throw unusable(file, e);
    }
  }

  @Override
  public void start(Listener answers) {
    listener = answers;
    thread.start();
  }

  @Override
  public void write(long sequence, List<JournalChange> changes) {
    if (closed) {
      throw new IllegalStateException("The journal is closed");
    }
    String reason = addOrRefuse(new Request(sequence, changes));
    if (reason != null) {
      listener.failed(sequence, reason);
    }
  }

  private @Nullable String addOrRefuse(Request request) {
    synchronized (queue) {
      if (fault == null) {
        queue.add(request);
      }
      return fault;
    }
  }

  private void run() {
    try {
      boolean more = true;
      while (more) {
        unanswered.add(queue.take());
        queue.drainTo(unanswered, BATCH_LIMIT - 1);
        more = !unanswered.remove(END);
        handle(List.copyOf(unanswered));
      }
    } catch (Throwable e) {
      // Nobody interrupts this thread, so that is a fault as well.
      breakDown(e);
    }
  }

  /** Leaves nobody waiting: neither for an answer nor for a journal that will not come back. */
  private void breakDown(Throwable cause) {
    String reason = "the journal's thread has ended by a fault: " + cause;
    synchronized (queue) {
      fault = reason;
      queue.drainTo(unanswered);
    }
    unanswered.remove(END);
    listener.broken(reason);
    log.error(
        "The journal {} is not written any more; {} writes fail", file, unanswered.size(), cause);
    unanswered.forEach(request -> listener.failed(request.sequence(), reason));
  }

  private void handle(List<Request> batch) {
    List<Request> accepted = new ArrayList<>();
    for (Request request : batch) {
      if (accepted.isEmpty() && isBlocked(request)) {
        answerFailed("an earlier write failed");
      } else {
        accepted.add(request);
      }
    }
    if (!accepted.isEmpty()) {
      commit(accepted);
    }
  }

  private boolean isBlocked(Request request) {
    return retryAwaited.isPresent() && retryAwaited.getAsLong() != request.sequence();
  }

  private void commit(List<Request> requests) {
    try {
      database.begin();
      for (Request request : requests) {
        for (JournalChange change : request.changes()) {
          database.apply(change);
        }
      }
      database.commit();
    } catch (SQLException | RuntimeException e) {
      // Whatever it was: a write without an answer would keep its task waiting for ever.
      log.debug("A write to {} failed", file, e);
      rollBack();
      retryAwaited = OptionalLong.of(requests.getFirst().sequence());
      for (int i = 0; i < requests.size(); i++) {
        answerFailed(file + ": " + e.getMessage());
      }
      return;
    }
    retryAwaited = OptionalLong.empty();
    for (int i = 0; i < requests.size(); i++) {
      listener.written(unanswered.remove().sequence());
    }
  }

  /** Answers the first one that waits: all are answered in order. */
  private void answerFailed(String reason) {
    listener.failed(unanswered.remove().sequence(), reason);
  }

  private void rollBack() {
    try {
      database.rollback();
    } catch (SQLException e) {
      // Mostly: SQLite has done it by itself. Else the next attempt cannot begin, fails, and comes
      // here again.
      log.debug("No rollback in {}: {}", file, e.getMessage());
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    queue.add(END);
    boolean ended = thread.getState() == Thread.State.NEW || joined();
    if (!ended) {
      // The disk hangs. Closing under the thread's feet would gain nothing; the process ends
      // anyway.
      log.error(
          "The journal {} is still writing after {} s and is left so", file, CLOSE_LIMIT_SECONDS);
      return;
    }
    try {
      database.close();
    } catch (SQLException e) {
      log.warn("The journal {} was not closed in order: {}", file, e.getMessage());
    }
    release(lock);
  }

  private boolean joined() {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_LIMIT_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  /** Nothing is written before {@link #start}, so nothing is ever answered here. */
  private static final class NoListener implements Listener {

    @Override
    public void written(long sequence) {
      throw new IllegalStateException("Write " + sequence + " before the journal was started");
    }

    @Override
    public void failed(long sequence, String reason) {
      throw new IllegalStateException("Write " + sequence + " before the journal was started");
    }

    @Override
    public void broken(String reason) {
      throw new IllegalStateException("Broken before the journal was started: " + reason);
    }
  }
}
