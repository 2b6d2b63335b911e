package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Reservations keep others away, and leave no trace when they are gone. */
class ReservationPropertyTest {
  private static final int TRIES = 1_000;
  private static final int STEPS = 50;
  private static final int SOME = 10;
  private static final String SEED = "4";

  /** Reservations within each other, and a volume on top. */
  private static final int MOST_LAYERS = 5;

  /**
   * Whatever is reserved, by an operation or since an agent has been configured otherwise, is
   * granted to that role or one below it only, and what is granted to others is only what is
   * reserved for nobody.
   */
  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void aReservationNeverReachesAnotherRole(@ForAll long seed) {
    var history = new History(seed);
    history
        .watchedBy(
            new History.Watch() {
              @Override
              public void granted(Grant grant) {
                for (ResourceEntry entry : grant.resources().entries()) {
                  entry
                      .key()
                      .reservationRole()
                      .ifPresent(role ->
                          assertThat(Account.isWithin(grant.role(), role))
                              .as("%s is for %s", grant, role)
                              .isTrue());
                }
                // As the agent has it now, and not as it had it before.
                assertThat(history.account.total(grant.agent().value()).contains(grant.resources()))
                    .as("the agent has what is granted: %s", grant)
                    .isTrue();
              }
            })
        .run(STEPS);
  }

  /** What the allocator knows when nobody holds anything. */
  private record State(
      TreeMap<String, Integer> reservations,
      TreeMap<String, Quantities> consumed,
      TreeMap<String, Quantities> allocated,
      TreeMap<String, Resources> free,
      Quantities totals) {

    static State of(History history) {
      var ledger = history.allocator.ledger();
      var reservations = new TreeMap<String, Integer>();
      var consumed = new TreeMap<String, Quantities>();
      var allocated = new TreeMap<String, Quantities>();
      ledger
          .tree()
          .roles()
          .forEach(role -> {
            reservations.put(role.path(), role.reservations);
            consumed.put(role.path(), role.quota.consumed.quantities(ledger.names()));
            allocated.put(role.path(), history.allocator.allocated(role.path()));
          });
      var free = new TreeMap<String, Resources>();
      ledger.agents().all().forEach(agent -> free.put(agent.id().value(), agent.free()));
      return new State(
          reservations, consumed, allocated, free, ledger.totals().quantities(ledger.names()));
    }
  }

  /**
   * After offers, tasks, reservations, refinements and volumes have come and gone, the allocator
   * knows exactly what it knew at first.
   */
  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void whatIsUndoneLeavesNoTrace(@ForAll long seed) {
    var history = new History(seed).run(SOME);
    giveAllBack(history);
    undoAll(history);
    var before = State.of(history);

    history
        .without(
            History.Step.ADD_AGENT,
            History.Step.REMOVE_AGENT,
            History.Step.RESIZE_AGENT,
            History.Step.ADD_FRAMEWORK,
            History.Step.REMOVE_FRAMEWORK,
            History.Step.UPDATE_FRAMEWORK,
            History.Step.SET_QUOTA,
            History.Step.SET_WEIGHT)
        .go(STEPS);
    giveAllBack(history);
    undoAll(history);

    assertThat(State.of(history)).isEqualTo(before);
    history.allocator.assertInvariants();
  }

  private static void giveAllBack(History history) {
    var account = history.account;
    while (!account.open.isEmpty()) {
      history.answer(List.of(account.open.get(0)), Resources.EMPTY, 0);
    }
    while (!account.used.isEmpty()) {
      history.end(account.used.get(0));
    }
  }

  /**
   * While all others want nothing, a framework of each role that something is reserved for comes,
   * takes the reservations of its role away, and goes.
   */
  private static void undoAll(History history) {
    history.account.inactiveAgents.forEach(
        name -> history.allocator.activateAgent(Pool.agentId(name)));
    history.account.inactiveAgents.clear();
    history.suppressAll();
    for (int layers = 0; hasUndoable(history); layers++) {
      assertThat(layers).isLessThan(MOST_LAYERS);
      for (String role : Draws.ROLES) {
        undo(history, role);
      }
    }
    history.reviveAll();
  }

  private static boolean hasUndoable(History history) {
    return history.account.totals.values().stream()
        .flatMap(total -> total.entries().stream())
        .anyMatch(entry -> Conversions.undone(entry.key()).isPresent());
  }

  private static void undo(History history, String role) {
    var name = "undoing " + role;
    history.addFramework(
        new FrameworkFacts(
            Pool.id(name),
            new TreeSet<>(List.of(role)),
            EnumSet.allOf(Capability.Type.class),
            new TreeSet<>(),
            new TreeMap<>(Map.of(role, List.of()))));
    history.cycle();
    while (!history.account.open.isEmpty()) {
      var grant = history.account.open.get(0);
      grant.resources().entries().stream()
          .filter(entry -> Conversions.undone(entry.key()).isPresent())
          .findFirst()
          .ifPresentOrElse(
              entry -> history.conversions.undo(grant, entry),
              () -> history.answer(List.of(grant), Resources.EMPTY, 3600));
      history.cycle();
    }
    history.removeFramework(name);
  }
}
