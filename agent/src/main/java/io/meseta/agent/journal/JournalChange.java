package io.meseta.agent.journal;

import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;

/** One change of the journal. Plain data; applying it twice is the same as applying it once. */
public sealed interface JournalChange {

  record PutAgent(AgentRecord agent) implements JournalChange {}

  record DeleteAgent() implements JournalChange {}

  record PutFramework(FrameworkRecord framework) implements JournalChange {}

  record DeleteFramework(FrameworkId framework) implements JournalChange {}

  record PutTask(TaskRecord task) implements JournalChange {}

  record DeleteTask(FrameworkId framework, TaskId task) implements JournalChange {}

  record PutExecutor(ExecutorRecord executor) implements JournalChange {}

  record DeleteExecutor(FrameworkId framework, ExecutorId executor) implements JournalChange {}
}
