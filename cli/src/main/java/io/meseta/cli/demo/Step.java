package io.meseta.cli.demo;

/**
 * One thing that the demo shows.
 *
 * @param claim what is so if the step holds, as a sentence for the reader
 * @param proof does what has to be done and finds out whether it is so
 */
record Step(String claim, Proof proof) {

  /** Finds out whether a claim holds. */
  @FunctionalInterface
  interface Proof {

    /**
     * Runs in the demo's main thread and may take its time, within limits of its own.
     *
     * @return what was seen, one line or several; may be empty
     * @throws DoesNotHoldException when it is not so
     * @throws Exception when it could not be found out, which counts the same
     */
    String run() throws Exception;
  }
}
