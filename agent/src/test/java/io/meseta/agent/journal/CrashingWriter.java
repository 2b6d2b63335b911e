package io.meseta.agent.journal;

import io.meseta.api.v1.TaskState;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes without end and prints each sequence once it is durable; to be killed. A process of its
 * own, see {@link SqliteJournalCrashIT}.
 */
final class CrashingWriter {

  private CrashingWriter() {}

  /** Arguments: the work directory and the first sequence. */
  public static void main(String[] args) throws Exception {
    SqliteJournal journal = SqliteJournal.open(SqliteJournal.Options.in(Path.of(args[0])));
    journal.start(
        new Journal.Listener() {
          @Override
          public void written(long sequence) {
            // The full stop tells a whole line from one that the kill has cut.
            System.out.println(sequence + ".");
          }

          @Override
          public void failed(long sequence, String reason) {
            System.out.println("failed " + sequence + " " + reason);
          }
        });
    for (long sequence = Long.parseLong(args[1]); ; sequence++) {
      journal.write(
          sequence, List.of(JournalTestContext.task("t" + sequence, TaskState.TASK_RUNNING)));
      if (sequence % 16 == 0) {
        Thread.sleep(1);
      }
    }
  }
}
