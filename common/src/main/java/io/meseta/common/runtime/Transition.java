package io.meseta.common.runtime;

/**
 * One step of a lifecycle: a row of its table, or that row taken.
 *
 * @param lifecycle whose step it is, as the {@link LifecycleTable} is named
 */
public record Transition(String lifecycle, Enum<?> from, Enum<?> to) {

  @Override
  public String toString() {
    return lifecycle + ": " + from + " -> " + to;
  }
}
