package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentEffect.WriteJournal;
import io.meseta.agent.core.AgentTimer.RetryJournal;
import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.JournalChange.DeleteAgent;
import io.meseta.agent.journal.JournalChange.DeleteExecutor;
import io.meseta.agent.journal.JournalChange.DeleteFramework;
import io.meseta.agent.journal.JournalChange.DeleteTask;
import io.meseta.agent.journal.JournalChange.PutAgent;
import io.meseta.agent.journal.JournalChange.PutExecutor;
import io.meseta.agent.journal.JournalChange.PutFramework;
import io.meseta.agent.journal.JournalChange.PutTask;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.runtime.Recordable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be durable before the outside hears of it.
 *
 * <p>During an event the slices say which records changed ({@link #save}, {@link #delete}) and what
 * has to wait ({@link #whenDurable}). At the end of the event {@link #flush} makes one write of it,
 * so that a task, its first update and its framework become durable together or not at all.
 *
 * <p>Several writes may be in flight; they come back in the order of their sequences. When one
 * fails, nothing is lost: it and all later ones stay here, in order, with whatever waits for them,
 * and are ordered again, under the same sequences, when the retry timer fires. While that lasts the
 * agent is {@link #failing()} and takes no new task.
 */
final class JournalWriter {

  /** What waits for a write. */
  @FunctionalInterface
  interface Parked extends Recordable {
    void release();
  }

  private static final class Write {
    private final long sequence;
    private final List<JournalChange> changes;
    private final List<Parked> parked;
    private boolean inFlight;

    Write(long sequence, List<JournalChange> changes, List<Parked> parked) {
      this.sequence = sequence;
      this.changes = changes;
      this.parked = parked;
    }
  }

  private enum Kind {
    AGENT,
    FRAMEWORK,
    EXECUTOR,
    TASK
  }

  /** Which record a change is about: the last change of an event wins. */
  private record Subject(Kind kind, Object key) {}

  private static final Subject AGENT = new Subject(Kind.AGENT, Kind.AGENT);

  private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

  private final Turn turn;
  private final Counters counters;
  private final BackOff retry;
  private final Map<Subject, Supplier<JournalChange>> changes = new LinkedHashMap<>();
  private List<Parked> parked = new ArrayList<>();
  private final TreeMap<Long, Write> writes = new TreeMap<>();
  private Optional<String> failure = Optional.empty();
  private boolean retryIsSet;
  private int failedAttempts;
  private long nextSequence = 1;

  JournalWriter(Turn turn, Counters counters, BackOff retry) {
    this.turn = turn;
    this.counters = counters;
    this.retry = retry;
  }

  void save(AgentRecord agent) {
    change(AGENT, () -> new PutAgent(agent));
  }

  /** The record is made at the end of the event, when all that the event changes is in it. */
  void save(AgentTask task) {
    change(taskSubject(task.key()), () -> new PutTask(task.toRecord()));
  }

  void save(AgentFramework framework) {
    change(frameworkSubject(framework.id()), () -> new PutFramework(framework.toRecord()));
  }

  void save(AgentExecutor executor) {
    change(new Subject(Kind.EXECUTOR, executor.key()), () -> new PutExecutor(executor.toRecord()));
  }

  void delete(AgentExecutor executor) {
    ExecutorKey key = executor.key();
    change(
        new Subject(Kind.EXECUTOR, key), () -> new DeleteExecutor(key.framework(), key.executor()));
  }

  void deleteAgent() {
    change(AGENT, DeleteAgent::new);
  }

  void delete(AgentTask task) {
    TaskKey key = task.key();
    change(taskSubject(key), () -> new DeleteTask(key.framework(), key.task()));
  }

  void delete(AgentFramework framework) {
    change(frameworkSubject(framework.id()), () -> new DeleteFramework(framework.id()));
  }

  /**
   * Keeps something back until all that has been recorded so far, this event's changes included, is
   * durable. Released at the end of the event where nothing is left to be written.
   */
  void whenDurable(Parked action) {
    parked.add(action);
  }

  /** Ends an event. */
  void flush() {
    // What is released may record something of its own, hence the loop.
    while (!changes.isEmpty() || !parked.isEmpty()) {
      List<Parked> waiting = parked;
      parked = new ArrayList<>();
      if (!changes.isEmpty()) {
        append(waiting);
      } else if (!writes.isEmpty()) {
        writes.lastEntry().getValue().parked.addAll(waiting);
      } else {
        waiting.forEach(Parked::release);
      }
    }
  }

  private void append(List<Parked> waiting) {
    List<JournalChange> made = changes.values().stream().map(Supplier::get).toList();
    changes.clear();
    Write write = new Write(nextSequence++, made, waiting);
    writes.put(write.sequence, write);
    if (!failing()) {
      order(write);
    }
  }

  private void order(Write write) {
    write.inFlight = true;
    turn.order(new WriteJournal(write.sequence, write.changes));
  }

  void written(long sequence) {
    Map.Entry<Long, Write> oldest = writes.firstEntry();
    if (oldest == null || oldest.getKey() != sequence || !oldest.getValue().inFlight) {
      throw new IllegalStateException(
          "The journal reports write " + sequence + " as durable, which is not its turn");
    }
    writes.remove(sequence);
    if (failing()) {
      recovered();
    }
    oldest.getValue().parked.forEach(Parked::release);
  }

  private void recovered() {
    log.info("The journal can be written again; {} writes follow", writes.size());
    failure = Optional.empty();
    failedAttempts = 0;
    if (retryIsSet) {
      retryIsSet = false;
      turn.order(new CancelTimer(new RetryJournal()));
    }
    orderWaiting();
  }

  void failed(long sequence, String reason) {
    Write write = writes.get(sequence);
    if (write == null || !write.inFlight) {
      throw new IllegalStateException(
          "The journal reports write " + sequence + " as failed, which is not in flight");
    }
    counters.count(AgentCounter.FAILED_WRITES);
    write.inFlight = false;
    failure = Optional.of(reason);
    if (!retryIsSet) {
      log.error(
          "The journal cannot be written: {}. The agent takes no new task until it can; check the"
              + " work directory's disk. Running tasks are not affected.",
          reason);
      setRetryTimer();
    }
  }

  private void setRetryTimer() {
    retryIsSet = true;
    turn.order(new SetTimer(new RetryJournal(), retry.ceiling(failedAttempts++)));
  }

  /** Orders everything again, from the oldest on. */
  void retry() {
    retryIsSet = false;
    boolean answersDue = writes.values().stream().anyMatch(write -> write.inFlight);
    if (answersDue) {
      // They will fail as well, and then all go again in order.
      setRetryTimer();
    } else {
      orderWaiting();
    }
  }

  private void orderWaiting() {
    for (Write write : writes.values()) {
      if (!write.inFlight) {
        order(write);
      }
    }
  }

  private void change(Subject subject, Supplier<JournalChange> change) {
    changes.remove(subject);
    changes.put(subject, change);
  }

  private static Subject taskSubject(TaskKey key) {
    return new Subject(Kind.TASK, key);
  }

  private static Subject frameworkSubject(FrameworkId id) {
    return new Subject(Kind.FRAMEWORK, id);
  }

  /** True while the journal cannot be written. */
  boolean failing() {
    return failure.isPresent();
  }

  /** Why the journal cannot be written, if it cannot. */
  Optional<String> failure() {
    return failure;
  }

  /** Writes that are not durable yet, in flight or waiting for their retry. */
  int outstanding() {
    return writes.size();
  }
}
