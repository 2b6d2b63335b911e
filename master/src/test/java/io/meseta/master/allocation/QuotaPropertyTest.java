package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What a cycle grants neither exceeds limits nor takes what guarantees of others need. */
class QuotaPropertyTest {
  private static final int TRIES = 1_000;
  private static final int STEPS = 50;
  private static final String SEED = "4";
  private static final List<String> NAMES = List.of("cpus", "mem");

  /**
   * For each role with a limit, however deep: what is reserved for it and those below it, and what
   * they hold of the rest, stays at or below the limit with each grant to one of them that has
   * anything of this kind. What was over a limit before, because of reservations, tasks or a later
   * limit, stays.
   */
  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void noRoleIsBroughtOverItsLimit(@ForAll long seed) {
    var history = new History(seed);
    history
        .watchedBy(
            new History.Watch() {
              @Override
              public void granted(Grant grant) {
                history.account.quotas.forEach((role, quota) -> {
                  if (Account.isWithin(grant.role(), role)) {
                    quota
                        .limitsMilli()
                        .forEach(
                            (name, limit) -> checkLimit(history.account, grant, role, name, limit));
                  }
                });
              }
            })
        .run(STEPS);
  }

  private static void checkLimit(
      Account account, Grant grant, String role, String name, long limit) {
    long more = Account.ofQuota(grant.resources(), name);
    if (more > 0) {
      assertThat(account.consumed(role, name) + more)
          .as("%s of role %s with %s", name, role, grant)
          .isLessThanOrEqualTo(limit);
    }
  }

  /**
   * Of what is free and anybody's, as much stays free as all guarantees together lack, or all of it
   * if it is less: only who is owed something takes of that.
   */
  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void whatGuaranteesNeedIsLeft(@ForAll long seed) {
    var history = new History(seed);
    var freeBefore = new TreeMap<String, Long>();
    var missingBefore = new TreeMap<String, Long>();
    history
        .watchedBy(
            new History.Watch() {
              @Override
              public void beforeCycle() {
                tell(history.account, freeBefore, missingBefore);
              }

              @Override
              public void afterCycle() {
                var free = new TreeMap<String, Long>();
                var missing = new TreeMap<String, Long>();
                tell(history.account, free, missing);
                for (String name : NAMES) {
                  long lackedBefore = of(missingBefore, name) - of(freeBefore, name);
                  assertThat(of(missing, name) - of(free, name))
                      .as("what lacks of %s", name)
                      .isLessThanOrEqualTo(Math.max(0, lackedBefore));
                }
              }
            })
        .run(STEPS);
  }

  private static void tell(
      Account account, TreeMap<String, Long> free, TreeMap<String, Long> missing) {
    for (String name : NAMES) {
      free.put(name, account.freeOfQuota(name));
      missing.put(name, account.missingBelow("", name));
    }
  }

  private static long of(TreeMap<String, Long> amounts, String name) {
    return amounts.getOrDefault(name, 0L);
  }
}
