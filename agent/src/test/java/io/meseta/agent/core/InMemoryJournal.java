package io.meseta.agent.core;

import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.JournalChange.DeleteAgent;
import io.meseta.agent.journal.JournalChange.DeleteExecutor;
import io.meseta.agent.journal.JournalChange.DeleteFramework;
import io.meseta.agent.journal.JournalChange.DeleteTask;
import io.meseta.agent.journal.JournalChange.PutAgent;
import io.meseta.agent.journal.JournalChange.PutExecutor;
import io.meseta.agent.journal.JournalChange.PutFramework;
import io.meseta.agent.journal.JournalChange.PutTask;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is durable, without a disk. */
final class InMemoryJournal {

  private Optional<AgentRecord> agent = Optional.empty();
  private final Map<FrameworkId, FrameworkRecord> frameworks = new LinkedHashMap<>();
  private final Map<ExecutorKey, ExecutorRecord> executors = new LinkedHashMap<>();
  private final Map<TaskKey, TaskRecord> tasks = new LinkedHashMap<>();

  void apply(List<JournalChange> changes) {
    changes.forEach(this::apply);
  }

  private void apply(JournalChange change) {
    switch (change) {
      case PutAgent put -> agent = Optional.of(put.agent());
      case DeleteAgent d -> agent = Optional.empty();
      case PutFramework put ->
          frameworks.put(FrameworkId.of(put.framework().getInfo().getId()), put.framework());
      case DeleteFramework delete -> frameworks.remove(delete.framework());
      case PutTask put -> tasks.put(key(put.task()), put.task());
      case DeleteTask delete -> tasks.remove(new TaskKey(delete.framework(), delete.task()));
      case PutExecutor put -> executors.put(key(put.executor()), put.executor());
      case DeleteExecutor delete ->
          executors.remove(new ExecutorKey(delete.framework(), delete.executor()));
    }
  }

  static TaskKey key(TaskRecord record) {
    return new TaskKey(
        FrameworkId.of(record.getFrameworkId()), TaskId.of(record.getTask().getTaskId()));
  }

  static ExecutorKey key(ExecutorRecord record) {
    return new ExecutorKey(
        FrameworkId.of(record.getFrameworkId()),
        ExecutorId.of(record.getExecutor().getExecutorId()));
  }

  JournalSnapshot snapshot() {
    return new JournalSnapshot(
        agent,
        List.copyOf(frameworks.values()),
        List.copyOf(executors.values()),
        List.copyOf(tasks.values()));
  }
}
