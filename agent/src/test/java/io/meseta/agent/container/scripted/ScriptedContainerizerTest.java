package io.meseta.agent.container.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptedContainerizerTest {

  private static final Instant START = Instant.EPOCH;
  private static final AgentId AGENT = new AgentId("S0");

  private final List<String> told = new ArrayList<>();
  private ContainerScript script = ContainerScript.runs();
  private final ScriptedContainerizer containerizer =
      new ScriptedContainerizer(START, spec -> script);

  @BeforeEach
  void start() {
    begin();
  }

  private void begin() {
    containerizer.start(new Telling());
    containerizer.advanceTo(START);
    told.clear();
  }

  @Test
  void startsAndEndsByItsScript() {
    script = ContainerScript.exits(Duration.ofSeconds(5), 3).startingAfter(Duration.ofSeconds(2));
    containerizer.launch(spec("a"));

    at(1, "a PREPARING");
    at(2, "a started");
    assertThat(containerizer.running()).containsExactly(new ContainerId("a"));
    at(6);
    at(7, "a exited 3");
    assertThat(containerizer.nextDue()).isEmpty();
  }

  @Test
  void nothingIsToldBeforeTimeIsMoved() {
    containerizer.launch(spec("a"));

    assertThat(told).isEmpty();
    assertThat(containerizer.nextDue()).contains(START);
  }

  @Test
  void failsToLaunch() {
    script = ContainerScript.failsToLaunch("no image");
    containerizer.launch(spec("a"));

    at(1, "a PREPARING", "a failed no image");
  }

  @Test
  void aLaunchThatHangsIsGivenUpByAKill() {
    script = ContainerScript.runs().neverStarting();
    containerizer.launch(spec("a"));
    at(100, "a PREPARING");

    containerizer.kill(new ContainerId("a"), Duration.ofSeconds(5));

    at(100, "a failed killed during launch");
  }

  @Test
  void runsOutOfMemory() {
    script = ContainerScript.runsOutOfMemory(Duration.ofSeconds(1));
    containerizer.launch(spec("a"));

    at(1, "a PREPARING", "a started", "a exited 137 out of memory");
  }

  @Test
  void killedOnesObeyOrAreForced() {
    containerizer.launch(spec("a"));
    script = ContainerScript.runs().ignoringKill();
    containerizer.launch(spec("b"));
    at(1, "a PREPARING", "b PREPARING", "a started", "b started");

    containerizer.kill(new ContainerId("a"), Duration.ofSeconds(5));
    containerizer.kill(new ContainerId("b"), Duration.ofSeconds(5));

    at(1, "a exited 143");
    containerizer.kill(new ContainerId("b"), Duration.ofSeconds(2));
    at(2);
    at(3, "b exited 137");
    at(10);
  }

  @Test
  void aSilentEngineTellsLater() {
    containerizer.launch(spec("a"));
    at(1, "a PREPARING", "a started");
    containerizer.fallSilent();
    containerizer.exit(new ContainerId("a"), 4);
    containerizer.observe(AGENT);
    at(2, "unhealthy");

    containerizer.answerAgain();

    at(9, "healthy", "a exited 4", "observed [a exited 4]");
  }

  @Test
  void containersSurviveTheAgent() {
    containerizer.launch(spec("a"));
    containerizer.launch(spec("b"));
    script = ContainerScript.runs().startingAfter(Duration.ofSeconds(9));
    containerizer.launch(spec("c"));
    at(1, "a PREPARING", "b PREPARING", "c PREPARING", "a started", "b started");

    containerizer.close();
    containerizer.exit(new ContainerId("b"), 2);
    at(20);
    begin();
    containerizer.observe(AGENT);
    at(21, "healthy", "observed [a running, b exited 2]");
    containerizer.adopt(spec("a"));
    containerizer.adopt(spec("b"));
    containerizer.adopt(spec("c"));

    at(22, "a started", "b exited 2", "c exited");
    containerizer.remove(new ContainerId("b"));
    containerizer.observe(AGENT);
    at(23, "observed [a running]");
  }

  private void at(long second, String... expected) {
    containerizer.advanceTo(START.plusSeconds(second));
    assertThat(told).containsExactly(expected);
    told.clear();
  }

  private static ContainerSpec spec(String id) {
    return ContainerSpec.ofTask(
        new ContainerId(id),
        AGENT,
        new FrameworkId("F"),
        new ExecutorId("E"),
        "root",
        TaskInfo.getDefaultInstance());
  }

  private static String describe(ContainerExit exit) {
    return "exited"
        + (exit.exitCode().isPresent() ? " " + exit.exitCode().getAsInt() : "")
        + (exit.outOfMemory() ? " out of memory" : "");
  }

  /** Writes down what is told. */
  private final class Telling implements Containerizer.Listener {

    @Override
    public void progressed(ContainerId container, ContainerPhase phase, String detail) {
      told.add(container + " " + phase);
    }

    @Override
    public void prepared(ContainerId container) {
      told.add(container + " prepared");
    }

    @Override
    public void started(ContainerId container, StartedContainer started) {
      told.add(container + " started");
    }

    @Override
    public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
      told.add(container + " failed " + reason);
    }

    @Override
    public void exited(ContainerId container, ContainerExit exit) {
      told.add(container + " " + describe(exit));
    }

    @Override
    public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
      told.add(
          containers.stream()
              .map(each ->
                  each.container()
                      + " "
                      + each.exit().map(ScriptedContainerizerTest::describe).orElse("running"))
              .collect(Collectors.joining(", ", "observed [", "]")));
    }

    @Override
    public void engineHealth(boolean healthy, String detail) {
      told.add(healthy ? "healthy" : "unhealthy");
    }
  }
}
