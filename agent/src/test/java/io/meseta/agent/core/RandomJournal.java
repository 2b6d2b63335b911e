package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.WriteJournal;
import io.meseta.agent.core.AgentEvent.JournalFailed;
import io.meseta.agent.core.AgentEvent.JournalWritten;
import io.meseta.agent.journal.JournalSnapshot;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** A journal on a disk that is sometimes full, with the contract of a real one. */
final class RandomJournal {

  private final Random random;
  private final InMemoryJournal durable = new InMemoryJournal();
  private final Deque<WriteJournal> queue = new ArrayDeque<>();
  private OptionalLong retryAwaited = OptionalLong.empty();

  RandomJournal(Random random) {
    this.random = random;
  }

  void write(WriteJournal write) {
    queue.add(write);
  }

  boolean hasWrites() {
    return !queue.isEmpty();
  }

  JournalSnapshot durable() {
    return durable.snapshot();
  }

  /** Answers the oldest write. */
  Optional<AgentEvent> step(Instant now, int failuresInHundred) {
    WriteJournal write = queue.poll();
    if (write == null) {
      return Optional.empty();
    }
    boolean blocked = retryAwaited.isPresent() && retryAwaited.getAsLong() != write.sequence();
    if (blocked || random.nextInt(100) < failuresInHundred) {
      if (!blocked) {
        retryAwaited = OptionalLong.of(write.sequence());
      }
      return Optional.of(new JournalFailed(now, write.sequence(), "disk full"));
    }
    retryAwaited = OptionalLong.empty();
    durable.apply(write.changes());
    return Optional.of(new JournalWritten(now, write.sequence()));
  }

  /** A crash: some of what was on its way, in order, has still reached the disk. */
  void agentDied() {
    while (retryAwaited.isEmpty() && !queue.isEmpty() && random.nextBoolean()) {
      durable.apply(queue.poll().changes());
    }
    queue.clear();
    retryAwaited = OptionalLong.empty();
  }
}
