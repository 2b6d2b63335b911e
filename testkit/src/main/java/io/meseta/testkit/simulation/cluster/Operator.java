package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.master.Call;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Who operates the cluster: drains agents, takes them out of service and back, gives them up, and
 * ends frameworks. Orders may overtake each other, and concern what is there no more.
 */
final class Operator {
  private static final List<Optional<Duration>> GRACES =
      List.of(
          Optional.empty(),
          Optional.of(Duration.ZERO),
          Optional.of(Duration.ofSeconds(20)),
          Optional.of(Duration.ofMinutes(10)));

  private static final List<String> ROLES = List.of("blue", "green", "red");
  private static final List<Double> WEIGHTS = List.of(0.25, 1.0, 2.0, 7.5);

  private final World world;
  private final Hosts hosts;
  private final OperatorDesk desk;

  /** Agents that it has ever given an order about. */
  private final TreeSet<String> known = new TreeSet<>();

  private boolean resting;

  Operator(World world, Hosts hosts) {
    this.world = world;
    this.hosts = hosts;
    this.desk = new OperatorDesk(world, world.draws().of("operator"));
  }

  int number() {
    return desk.number();
  }

  // ---- while things go wrong ----

  /** Gives an order, whatever comes to mind. */
  void giveOrder(Draw draw) {
    int kind = draw.between(0, 24);
    if (kind == 0) {
      tearDown(draw);
      return;
    }
    if (kind > 19) {
      decide(kind, draw);
      return;
    }
    // Agents are given up that do not come back: those that are away, more than others.
    boolean away = kind == 1 && draw.chance(0.7);
    Optional<String> agent = anyAgent(draw, away);
    if (agent.isEmpty()) {
      return;
    }
    String id = agent.get();
    if (kind < 3) {
      order(OperatorCalls.markGone(id));
    } else if (kind < 9) {
      order(OperatorCalls.drain(id, draw.pick(GRACES), draw.chance(0.15)));
      reactivateLater(id, draw);
    } else if (kind < 14) {
      order(OperatorCalls.deactivate(id));
      reactivateLater(id, draw);
    } else {
      order(OperatorCalls.reactivate(id));
    }
  }

  /** Who gets how much, and which machines will be away. */
  private void decide(int kind, Draw draw) {
    String role = draw.pick(ROLES);
    if (kind == 20) {
      List<String> leaving = new ArrayList<>();
      for (AgentHost agent : hosts.agents) {
        if (draw.chance(0.3)) {
          leaving.add(agent.name);
        }
      }
      order(OperatorCalls.maintenance(leaving));
    } else if (kind < 23) {
      order(OperatorCalls.weight(role, draw.pick(WEIGHTS)));
    } else {
      order(
          OperatorCalls.quota(
              role,
              draw.chance(0.5) ? OptionalInt.of(draw.between(1, 8)) : OptionalInt.empty(),
              draw.chance(0.5) ? OptionalInt.of(draw.between(8, 30)) : OptionalInt.empty()));
    }
  }

  private void reactivateLater(String id, Draw draw) {
    if (draw.chance(0.8)) {
      world
          .agenda()
          .after(
              draw.exponential(Duration.ofMinutes(6)),
              () -> {
                if (!resting) {
                  order(OperatorCalls.reactivate(id));
                }
              });
    }
  }

  private void order(Call call) {
    desk.order(call);
  }

  /** One that is there; now and then one that was, or that never was. */
  private Optional<String> anyAgent(Draw draw, boolean away) {
    if (draw.chance(0.03)) {
      return Optional.of("no-such-agent");
    }
    List<String> ids = new ArrayList<>();
    for (AgentHost agent : hosts.agents) {
      if (!away || !agent.isUp()) {
        ids.add(agent.checks().agentId());
      }
    }
    ids.removeIf(String::isEmpty);
    if (draw.chance(0.1)) {
      ids.addAll(known);
    }
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    String id = draw.pick(ids);
    known.add(id);
    return Optional.of(id);
  }

  private void tearDown(Draw draw) {
    draw.pick(hosts.frameworks)
        .frameworkId()
        .ifPresent(id -> {
          world.tally().count("teardowns by the operator");
          world.ledger().tearDownAsked(id);
          order(OperatorCalls.tearDown(id));
        });
  }

  // ---- when all is well again ----

  /** No new orders; those that are under way may have come to somebody or not. */
  void rest() {
    resting = true;
    desk.insist();
  }

  /** All agents are to be in service again, and nobody's share is limited or kept. */
  void reactivateEverything() {
    ROLES.forEach(
        role -> order(OperatorCalls.quota(role, OptionalInt.empty(), OptionalInt.empty())));
    order(OperatorCalls.maintenance(List.of()));
    for (AgentHost agent : hosts.agents) {
      String id = agent.checks().agentId();
      if (!id.isEmpty()) {
        order(OperatorCalls.reactivate(id));
      }
    }
  }

  /** What was ordered and is not answered. */
  List<String> unanswered() {
    return desk.unanswered();
  }
}
