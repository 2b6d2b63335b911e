package io.meseta.master.allocation;

import java.util.BitSet;

/** What a role may and must get, and what of that it has, with all roles below it. */
final class QuotaAccount {
  /** As it was set. */
  Quota quota = Quota.NONE;

  private final Amounts guarantees = new Amounts();
  private final Amounts limits = new Amounts();
  private final BitSet limited = new BitSet();

  /** All that is reserved for it on any agent, used or not, and what it holds of all else. */
  final Amounts consumed = new Amounts();

  /** What of its guarantee is missing, or of those below it if that is more. */
  final Amounts unmet = new Amounts();

  boolean isSet() {
    return !quota.isNone();
  }

  void set(Quota other, ResourceNames names) {
    quota = other;
    guarantees.clear();
    guarantees.plus(names.amounts(other.guarantees()));
    limits.clear();
    limited.clear();
    other
        .limitsMilli()
        .forEach((name, limit) -> {
          limits.set(names.number(name), limit);
          limited.set(names.number(name));
        });
  }

  /** How much more it may have. */
  long leftBelowLimit(int name) {
    return limited.get(name) ? Math.max(0, limits.get(name) - consumed.get(name)) : Long.MAX_VALUE;
  }

  long limit(int name) {
    return limits.get(name);
  }

  long missing(int name) {
    return Math.max(0, guarantees.get(name) - consumed.get(name));
  }

  /** One more than the last name that is guaranteed. */
  int end() {
    return guarantees.end();
  }
}
