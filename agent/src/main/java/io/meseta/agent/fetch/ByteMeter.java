package io.meseta.agent.fetch;

import java.util.OptionalLong;

/** Is told of the bytes that are about to be written, and may refuse them. One thread. */
interface ByteMeter {

  /** So many are announced in all; empty if nobody says. */
  void expect(OptionalLong totalBytes) throws FetchException;

  /** More are written now. */
  void add(long bytes) throws FetchException;

  /** What was written is thrown away: it begins anew. */
  void restart();
}
