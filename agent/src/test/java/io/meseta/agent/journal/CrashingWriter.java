package io.meseta.agent.journal;

import io.meseta.api.v1.TaskState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Writes without end and prints each sequence once it is durable; to be killed. A process of its
 * own, see {@link SqliteJournalCrashIT}.
 */
final class CrashingWriter {

  /** How many writes may wait for their answers: enough for large batches, and bounded. */
  private static final int IN_FLIGHT = 64;

  private CrashingWriter() {}

  /** Arguments: the work directory and the first sequence. */
  public static void main(String[] args) throws Exception {
    SqliteJournal journal = SqliteJournal.open(SqliteJournal.Options.in(Path.of(args[0])));
    Semaphore room = new Semaphore(IN_FLIGHT);
    journal.start(
        new Journal.Listener() {
          @Override
          public void written(long sequence) {
            // The full stop tells a whole line from one that the kill has cut.
            System.out.println(sequence + ".");
            room.release();
          }

          @Override
          public void failed(long sequence, String reason) {
            System.out.println("failed " + sequence + " " + reason);
            room.release();
          }

          @Override
          public void broken(String reason) {
            System.out.println("broken " + reason);
          }
        });
    for (long sequence = Long.parseLong(args[1]); ; sequence++) {
      room.acquire();
      journal.write(
          sequence, List.of(JournalTestContext.task("t" + sequence, TaskState.TASK_RUNNING)));
    }
  }
}
