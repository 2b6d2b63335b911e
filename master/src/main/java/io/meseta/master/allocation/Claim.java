package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;

/**
 * One framework in one of its roles: who takes part in the allocation. There is one object for each
 * at any time, known by its number, which is small and used again when the claim is gone.
 */
record Claim(FrameworkId framework, String role, int number) {

  /** Cheap, and the same in every process. */
  @Override
  public int hashCode() {
    return number;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Claim that
        && number == that.number
        && framework.equals(that.framework)
        && role.equals(that.role);
  }
}
