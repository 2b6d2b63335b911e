package io.meseta.agent.journal;

import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import java.util.List;
import java.util.Optional;

/** Everything in the journal, in a fixed order. */
public record JournalSnapshot(
    Optional<AgentRecord> agent,
    List<FrameworkRecord> frameworks,
    List<ExecutorRecord> executors,
    List<TaskRecord> tasks) {

  public static final JournalSnapshot EMPTY =
      new JournalSnapshot(Optional.empty(), List.of(), List.of(), List.of());
}
