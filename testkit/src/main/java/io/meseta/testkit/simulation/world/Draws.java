package io.meseta.testkit.simulation.world;

/**
 * All chance of a simulation, drawn from its seed. Each purpose has a source of its own, so that a
 * draw more in one place changes nothing elsewhere.
 */
public final class Draws {
  private final long seed;

  public Draws(long seed) {
    this.seed = seed;
  }

  /** The source for this purpose, from its beginning. */
  public Draw of(String purpose) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < purpose.length(); i++) {
      hash = (hash ^ purpose.charAt(i)) * 0x100000001b3L;
    }
    return new Draw(mix(seed) ^ mix(hash));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
