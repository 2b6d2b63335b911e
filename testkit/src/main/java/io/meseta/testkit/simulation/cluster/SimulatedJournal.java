package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.testkit.simulation.world.Agenda;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An agent's journal on a simulated disk: writes take time and become durable in order; a full disk
 * refuses them; a crash keeps any number of those that were under way, the oldest first.
 */
final class SimulatedJournal {

  /** Is told what became of a write. */
  interface Listener {
    void written(long sequence);

    void failed(long sequence, String reason);
  }

  /** Watches what becomes durable, for checks. */
  interface Watcher {
    void durable(JournalChange change);
  }

  /**
   * How bad the disk is.
   *
   * @param typical of a write, at most
   * @param slowShare of the writes take longer
   * @param slow how long these take, at most
   */
  record Quality(Duration typical, double slowShare, Duration slow) {
    static final Quality GOOD = new Quality(Duration.ofMillis(3), 0, Duration.ZERO);
  }

  private record Write(long sequence, List<JournalChange> changes) {}

  private final Agenda agenda;
  private final Draw draw;
  private final Watcher watcher;
  private final TreeMap<String, byte[]> frameworks = new TreeMap<>();
  private final TreeMap<String, byte[]> executors = new TreeMap<>();
  private final TreeMap<String, byte[]> tasks = new TreeMap<>();
  private final ArrayDeque<Write> underWay = new ArrayDeque<>();
  private Quality quality = Quality.GOOD;
  private byte @Nullable [] agent;
  private @Nullable Listener listener;
  private boolean full;

  /** The write that has to come again first, after one has failed. */
  private long failedAt = -1;

  private @Nullable Runnable atNextWrite;
  private long lastDoneNs;
  private long process;

  SimulatedJournal(Agenda agenda, Draw draw, Watcher watcher) {
    this.agenda = agenda;
    this.draw = draw;
    this.watcher = watcher;
  }

  void setQuality(Quality better) {
    quality = better;
  }

  /** Whether writes are refused from now on. */
  void setFull(boolean isFull) {
    full = isFull;
  }

  /** A process opens the journal, and reads it. */
  JournalSnapshot open(Listener newListener) {
    listener = newListener;
    failedAt = -1;
    return snapshot();
  }

  /** All that is durable. */
  JournalSnapshot snapshot() {
    try {
      Optional<AgentRecord> record =
          agent == null ? Optional.empty() : Optional.of(AgentRecord.parseFrom(agent));
      List<FrameworkRecord> frameworkRecords = new ArrayList<>();
      for (byte[] bytes : frameworks.values()) {
        frameworkRecords.add(FrameworkRecord.parseFrom(bytes));
      }
      List<ExecutorRecord> executorRecords = new ArrayList<>();
      for (byte[] bytes : executors.values()) {
        executorRecords.add(ExecutorRecord.parseFrom(bytes));
      }
      List<TaskRecord> taskRecords = new ArrayList<>();
      for (byte[] bytes : tasks.values()) {
        taskRecords.add(TaskRecord.parseFrom(bytes));
      }
      return new JournalSnapshot(record, frameworkRecords, executorRecords, taskRecords);
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("the journal holds a record that cannot be read", e);
    }
  }

  void write(long sequence, List<JournalChange> changes) {
    Write write = new Write(sequence, changes);
    underWay.add(write);
    long most =
        draw.chance(quality.slowShare()) ? quality.slow().toNanos() : quality.typical().toNanos();
    long done = Math.max(lastDoneNs, agenda.now() + draw.between(20_000L, most));
    lastDoneNs = done;
    long then = process;
    agenda.at(
        done,
        () -> {
          if (then == process) {
            finish(write);
          }
        });
    Runnable meanwhile = atNextWrite;
    if (meanwhile != null) {
      atNextWrite = null;
      agenda.at(draw.between(agenda.now(), done), meanwhile);
    }
  }

  /** Something that happens while the next write is under way, or as soon as it is done. */
  void atNextWrite(Runnable what) {
    atNextWrite = what;
  }

  private void finish(Write write) {
    underWay.remove(write);
    Listener told = listener;
    if (told == null) {
      return;
    }
    if (failedAt >= 0 && write.sequence != failedAt) {
      told.failed(write.sequence, "an earlier write has failed");
    } else if (full) {
      failedAt = failedAt < 0 ? write.sequence : failedAt;
      told.failed(write.sequence, "no space left on device");
    } else {
      failedAt = -1;
      apply(write);
      told.written(write.sequence);
    }
  }

  private void apply(Write write) {
    for (JournalChange change : write.changes) {
      switch (change) {
        case JournalChange.PutAgent put -> agent = put.agent().toByteArray();
        case JournalChange.DeleteAgent delete -> agent = null;
        case JournalChange.PutFramework put ->
            frameworks.put(
                put.framework().getInfo().getId().getValue(), put.framework().toByteArray());
        case JournalChange.DeleteFramework delete -> frameworks.remove(delete.framework().value());
        case JournalChange.PutTask put ->
            tasks.put(
                key(
                    put.task().getFrameworkId().getValue(),
                    put.task().getTask().getTaskId().getValue()),
                put.task().toByteArray());
        case JournalChange.DeleteTask delete ->
            tasks.remove(key(delete.framework().value(), delete.task().value()));
        case JournalChange.PutExecutor put ->
            executors.put(
                key(
                    put.executor().getFrameworkId().getValue(),
                    put.executor().getExecutor().getExecutorId().getValue()),
                put.executor().toByteArray());
        case JournalChange.DeleteExecutor delete ->
            executors.remove(key(delete.framework().value(), delete.executor().value()));
      }
      watcher.durable(change);
    }
  }

  private static String key(String framework, String task) {
    return framework + "/" + task;
  }

  /** The process is gone. Of what was under way any number from the oldest on is kept. */
  void crash() {
    listener = null;
    process++;
    int kept = full || failedAt >= 0 ? 0 : draw.between(0, underWay.size());
    for (int i = 0; i < kept; i++) {
      apply(underWay.remove());
    }
    underWay.clear();
    lastDoneNs = agenda.now();
  }

  /** Whether the agent's own record is durable. */
  boolean hasAgent() {
    return agent != null;
  }

  /** Writes that nobody has been told of. */
  int underWay() {
    return underWay.size();
  }
}
