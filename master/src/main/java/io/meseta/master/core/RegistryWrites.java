package io.meseta.master.core;

import io.meseta.common.runtime.Recordable;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistryOutcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/**
 * What waits for the registry. Writes come back in the order in which they were ordered.
 *
 * <p>A write that fails ends the term: the master does not know what is stored, so it steps down
 * and recovers from what is really there.
 */
final class RegistryWrites {

  /** What is done, and told, once a write is durable. */
  @FunctionalInterface
  interface WhenDurable extends Recordable {
    void run(Instant at);
  }

  private record Parked(long writeId, WhenDurable then) {}

  private final Outbox outbox;
  private final ArrayDeque<Parked> parked = new ArrayDeque<>();
  private final long firstWrite;
  private long nextWrite;

  /**
   * @param firstWrite above every write id of earlier terms, so that their late answers are known
   */
  RegistryWrites(Outbox outbox, long firstWrite) {
    this.outbox = outbox;
    this.firstWrite = firstWrite;
    this.nextWrite = firstWrite;
  }

  void write(List<RegistryChange> changes, WhenDurable then) {
    long writeId = nextWrite++;
    parked.add(new Parked(writeId, then));
    outbox.add(new MasterEffect.WriteRegistry(writeId, changes));
  }

  /** The id that the next write gets. */
  long nextWrite() {
    return nextWrite;
  }

  void handleEnded(MasterEvent.RegistryWriteEnded event) {
    if (event.writeId() < firstWrite) {
      return;
    }
    Parked head = parked.poll();
    if (head == null || head.writeId != event.writeId()) {
      throw new IllegalStateException(
          "registry write " + event.writeId() + " ended, but the one waited for is " + head);
    }
    switch (event.outcome()) {
      case RegistryOutcome.Written ignored -> head.then.run(event.at());
      case RegistryOutcome.Fenced ignored ->
          outbox.add(new MasterEffect.StepDown("another master has written to the registry"));
      case RegistryOutcome.Failed failed ->
          outbox.add(
              new MasterEffect.StepDown("the registry cannot be written: " + failed.reason()));
    }
  }
}
