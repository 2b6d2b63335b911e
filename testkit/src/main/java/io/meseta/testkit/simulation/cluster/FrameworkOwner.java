package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.HostClock;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A framework beyond the life of its processes: what it has written down, and who starts it again.
 * There are two machines on which it can run, so that by mistake it may run on both.
 */
final class FrameworkOwner {
  private final World world;
  private final AuthorPlan plan;
  private final Draw draw;
  private final FrameworkHost first;
  private final FrameworkHost second;

  /** The description, with the id once one was given and written down. */
  private FrameworkInfo info;

  /** Tasks that its author remembers across crashes: the agents that they are on. */
  private final TreeMap<String, String> remembered = new TreeMap<>();

  /** Operations whose end it waits for: the agents that they are on. */
  private final TreeMap<String, String> operations = new TreeMap<>();

  /** Executors of its own that it has ever used: the agents that they are on. */
  private final TreeMap<String, TreeSet<String>> executors = new TreeMap<>();

  private final Bundling bundling;

  private int nextTask;
  private int nextOperation;
  private boolean launching = true;
  private boolean restarting;

  FrameworkOwner(World world, AuthorPlan plan, HostClock clock, HostClock otherClock) {
    this.world = world;
    this.plan = plan;
    this.draw = world.draws().of(plan.name());
    this.bundling = Bundling.draw(world, plan);
    this.info = plan.info();
    this.first = new FrameworkHost(world, plan.name(), clock, this);
    this.second = new FrameworkHost(world, plan.name() + "-b", otherClock, this);
  }

  AuthorPlan plan() {
    return plan;
  }

  FrameworkHost first() {
    return first;
  }

  FrameworkHost second() {
    return second;
  }

  Optional<String> frameworkId() {
    return info.hasId() ? Optional.of(info.getId().getValue()) : Optional.empty();
  }

  void start() {
    if (!first.isUp()) {
      first.start(info);
    }
  }

  /** Starts another instance with the same id, while the first one runs. */
  void startSecond() {
    if (first.isUp() && !second.isUp() && info.hasId()) {
      world.note(plan.name(), "is started a second time");
      world.tally().count("double subscriptions");
      second.start(info);
    }
  }

  /** One process, and only one, runs from now on. */
  void settle() {
    if (first.isUp() && second.isUp()) {
      second.crash();
    }
    if (!first.isUp() && !second.isUp()) {
      start();
    }
  }

  /** The process that runs, if one does. */
  Optional<FrameworkHost> running() {
    return first.isUp()
        ? Optional.of(first)
        : second.isUp() ? Optional.of(second) : Optional.empty();
  }

  void crash() {
    running()
        .ifPresent(host -> {
          world.note(host.name, "crashes");
          world.tally().count("framework crashes");
          host.crash();
          restartAfter(Duration.ofNanos(draw.exponential(Duration.ofSeconds(90))));
        });
  }

  /** Its next process has another description. */
  void change() {
    info = info.toBuilder().setName(plan.name() + "-" + draw.between(1, 99)).build();
  }

  /** A master has taken another description, which the next process begins with. */
  void describedAs(FrameworkInfo described) {
    FrameworkInfo.Builder next = described.toBuilder();
    if (info.hasId()) {
      next.setId(info.getId());
    }
    info = next.build();
  }

  private void restartAfter(Duration delay) {
    if (restarting) {
      return;
    }
    restarting = true;
    world
        .agenda()
        .after(
            delay.toNanos(),
            () -> {
              restarting = false;
              if (running().isEmpty()) {
                if (!plan.remembersTasks()) {
                  remembered.clear();
                  operations.clear();
                }
                first.start(info);
              }
            });
  }

  void terminated(FrameworkHost host, Optional<String> error) {
    String why = error.orElse("");
    world.note(host.name, why.isEmpty() ? "has ended" : "ends: " + why);
    if (why.equals("Framework has been removed") || why.isEmpty()) {
      // Its author may not have come to write down the id that its driver has been given.
      String id = host.connectedAs();
      if (!why.isEmpty() && !world.ledger().isCompleted(id)) {
        throw new Violation(
            "framework " + id + " is refused as removed, but nobody has ended it", id);
      }
      info = info.toBuilder().clearId().build();
      remembered.clear();
      operations.clear();
    } else if (!why.equals("Framework failed over")) {
      throw new Violation(host.name + " is refused by a master: " + why, host.name);
    }
    restartAfter(Duration.ofNanos(draw.exponential(Duration.ofSeconds(30))));
  }

  // ---- what authors keep here ----

  void named(FrameworkID id) {
    info = info.toBuilder().setId(id).build();
  }

  TreeMap<String, String> remembered() {
    return remembered;
  }

  Bundling bundling() {
    return bundling;
  }

  void usesExecutor(AgentID agent, String executor) {
    executors.computeIfAbsent(agent.getValue(), unused -> new TreeSet<>()).add(executor);
  }

  /** The executors of its own, by agent. */
  TreeMap<String, TreeSet<String>> executors() {
    return executors;
  }

  TreeMap<String, String> operations() {
    return operations;
  }

  /** Never the same again. */
  String newOperationId() {
    return plan.name() + "-operation-" + nextOperation++;
  }

  String newTaskId() {
    return plan.name() + "-task-" + nextTask++;
  }

  boolean isLaunching() {
    return launching;
  }

  void stopLaunching() {
    launching = false;
  }

  /** A call leaves one of its processes. */
  void sends(Call call) {
    String id = call.getFrameworkId().getValue();
    switch (call.getType()) {
      case ACCEPT -> {
        for (Offer.Operation operation : call.getAccept().getOperationsList()) {
          for (TaskInfo task : operation.getLaunch().getTaskInfosList()) {
            world.ledger().launches(id, task, task.getExecutor());
          }
          for (TaskInfo task : operation.getLaunchGroup().getTaskGroup().getTasksList()) {
            world.ledger().launches(id, task, operation.getLaunchGroup().getExecutor());
          }
        }
      }
      case KILL -> {
        world.tally().count("kills asked for");
        world.ledger().killAsked(id, call.getKill().getTaskId().getValue());
      }
      case SHUTDOWN -> {
        world.tally().count("executors shut down");
        world.ledger().shutDownAsked(id, call.getShutdown().getExecutorId().getValue());
      }
      case TEARDOWN -> {
        world.tally().count("teardowns");
        world.ledger().tearDownAsked(id);
      }
      case UPDATE_FRAMEWORK -> {
        world.tally().count("descriptions asked for");
        world.ledger().frameworkIs(id, call.getUpdateFramework().getFrameworkInfo());
      }
      default -> {}
    }
  }
}
