package io.meseta.agent.container.docker;

import java.util.Comparator;

/** A version of the engine's API, such as 1.41. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

  /** The newest version that this code was written for. */
  static final ApiVersion OURS = new ApiVersion(1, 44);

  private static final Comparator<ApiVersion> ORDER =
      Comparator.comparingInt(ApiVersion::major).thenComparingInt(ApiVersion::minor);

  /** Reads {@code 1.41}. */
  static ApiVersion parse(String text) {
    String[] parts = text.strip().split("\\.", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("not an engine API version: '" + text + "'");
    }
    try {
      return new ApiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an engine API version: '" + text + "'", e);
    }
  }

  /**
   * The version to speak: ours, or the engine's where that is older, but never one that the engine
   * has given up. (Engine 20.10 speaks up to 1.41; engine 29 refuses what is below 1.44.)
   */
  static ApiVersion choose(ApiVersion engine, ApiVersion engineMinimum) {
    ApiVersion common = OURS.compareTo(engine) <= 0 ? OURS : engine;
    return common.compareTo(engineMinimum) >= 0 ? common : engineMinimum;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
