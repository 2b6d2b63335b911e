package io.meseta.agent.journal;

import java.util.List;

/**
 * The agent's durable memory.
 *
 * <p>Order of calls: {@link #recover}, {@link #start}, then any number of {@link #write}s, then
 * {@link #close}. All but the answers come from one thread at a time.
 */
public interface Journal extends AutoCloseable {

  /** Is told what became of writes, on a thread of the journal, in the order of sequences. */
  interface Listener {

    /** The write and all before it survive a crash of the process and of the machine. */
    void written(long sequence);

    /** Nothing of the write is kept. The reason is for people. */
    void failed(long sequence, String reason);

    /**
     * The journal itself has a fault and never writes again: the agent has to end, and the next one
     * finds in the journal what was kept. Each write without an answer fails after this, now or
     * when it comes; of those it is not known whether they are kept.
     */
    void broken(String reason);
  }

  /**
   * Reads everything.
   *
   * @throws JournalException if the journal is damaged; the message says what to do
   */
  JournalSnapshot recover() throws JournalException;

  /** Begins to take writes. */
  void start(Listener listener);

  /**
   * Makes these changes durable, all or none; returns at once.
   *
   * <p>Writes become durable in the order of their sequences. After a failed one each later one
   * fails too, until the failed one has been given again, under its old sequence, and has
   * succeeded: an older state of a record can thus never overtake a newer one.
   *
   * @param sequence greater than that of every write before, unless the write is a retry
   */
  void write(long sequence, List<JournalChange> changes);

  /** Finishes the writes that were given, answers them, and ends. */
  @Override
  void close();
}
