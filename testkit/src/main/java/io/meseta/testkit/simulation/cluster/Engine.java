package io.meseta.testkit.simulation.cluster;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.testkit.simulation.check.AgentChecks;
import io.meseta.testkit.simulation.world.Agenda;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The container engine of one machine: scripted containers on simulated time, behind which stands
 * the truth that everything else is compared with.
 */
final class Engine {
  private final World world;
  private final String name;
  private final AgentChecks checks;
  private final ScriptedContainerizer.Onlooker executors;
  private final Draw draw;
  private final Draw executorDraw;
  private ScriptedContainerizer containers;
  private Agenda.@Nullable Item wakeUp;
  private Instant wakeUpAt = Instant.MAX;

  Engine(World world, String name, AgentChecks checks, ScriptedContainerizer.Onlooker executors) {
    this.world = world;
    this.name = name;
    this.checks = checks;
    this.executors = executors;
    this.draw = world.draws().of(name + "/engine");
    this.executorDraw = world.draws().of(name + "/engine/executors");
    this.containers = newContainers();
  }

  private ScriptedContainerizer newContainers() {
    return new ScriptedContainerizer(world.rightTime(), this::script, new Onlookers());
  }

  /** The truth is noted first, then those react who live in the containers. */
  private final class Onlookers implements ScriptedContainerizer.Onlooker {
    @Override
    public void started(ContainerSpec spec) {
      checks.started(spec);
      executors.started(spec);
    }

    @Override
    public void ended(ContainerSpec spec, ContainerExit exit) {
      checks.ended(spec, exit);
      executors.ended(spec, exit);
    }

    @Override
    public void neverStarted(ContainerSpec spec) {
      checks.neverStarted(spec);
      executors.neverStarted(spec);
    }
  }

  private ContainerScript script(ContainerSpec spec) {
    if (spec.kind() == ContainerSpec.Kind.EXECUTOR) {
      return Workload.executorScript(executorDraw, world.faults().of(Fault.TROUBLED_CONTAINERS));
    }
    return Workload.script(spec.task(), draw, world.faults().of(Fault.TROUBLED_CONTAINERS));
  }

  void start(Containerizer.Listener listener) {
    advance();
    containers.start(listener);
    sleep();
  }

  void agentDied() {
    advance();
    containers.close();
    sleep();
  }

  /** The machine has stopped: nothing is left of its containers. */
  void powerOff() {
    checks.machineStopped();
    containers = newContainers();
    sleep();
  }

  void fallSilent() {
    advance();
    world.note(name, "the container engine falls silent");
    containers.fallSilent();
    sleep();
  }

  void answerAgain() {
    advance();
    containers.answerAgain();
    sleep();
  }

  void observe(AgentId agent) {
    advance();
    containers.observe(agent);
    sleep();
  }

  void launch(ContainerSpec spec) {
    advance();
    containers.launch(spec);
    sleep();
  }

  void go(ContainerId container) {
    advance();
    containers.go(container);
    sleep();
  }

  void adopt(ContainerSpec spec) {
    advance();
    containers.adopt(spec);
    sleep();
  }

  void kill(ContainerId container, Duration grace) {
    advance();
    containers.kill(container, grace);
    sleep();
  }

  void update(ContainerId container, TaskInfo sized) {
    containers.update(container, sized);
  }

  void remove(ContainerId container) {
    advance();
    containers.remove(container);
    sleep();
  }

  /** A container ends by itself. */
  void exit(String container, int code) {
    advance();
    containers.exit(new ContainerId(container), code);
    sleep();
  }

  /** How many containers run. */
  int running() {
    return containers.running().size();
  }

  private void wake() {
    wakeUp = null;
    wakeUpAt = Instant.MAX;
    advance();
    sleep();
  }

  private void advance() {
    containers.advanceTo(world.rightTime());
  }

  /** Until something happens by itself. */
  private void sleep() {
    Optional<Instant> due = containers.nextDue();
    Agenda.Item planned = wakeUp;
    if (due.isPresent() && planned != null && due.get().equals(wakeUpAt)) {
      return;
    }
    if (planned != null) {
      planned.cancel();
      wakeUp = null;
      wakeUpAt = Instant.MAX;
    }
    if (due.isPresent()) {
      wakeUpAt = due.get();
      wakeUp =
          world.agenda().after(Duration.between(world.rightTime(), wakeUpAt).toNanos(), this::wake);
    }
  }
}
