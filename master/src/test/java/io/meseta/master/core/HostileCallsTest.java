package io.meseta.master.core;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who is known to the master and means ill: calls of a framework that is subscribed, messages of an
 * agent that is registered and calls of an operator, each of them well-formed and nearly right.
 * Nothing of it may break the core, which would cost the leadership, nor ask for a record that the
 * registry does not take.
 */
class HostileCallsTest {

  private static final int STEPS = 400;
  private static final long FIRST_SEED = Long.getLong("meseta.fuzz.seed", 1);
  private static final int HISTORIES = Integer.getInteger("meseta.fuzz.histories", 25);

  static LongStream seeds() {
    return LongStream.range(FIRST_SEED, FIRST_SEED + HISTORIES);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nobodyCanBreakTheCore(long seed) {
    HostileCluster cluster = new HostileCluster(seed, new CoreContext());
    for (int i = 0; i < STEPS; i++) {
      cluster.step();
    }
  }
}
