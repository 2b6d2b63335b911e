package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.common.runtime.Transition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For each row of each table: that a core, told nothing but events, takes it. A row that is added
 * to a table and cannot be taken fails here.
 */
class EveryTransitionTest {

  private static final FrameworkInfo FRAMEWORK = Messages.partitionAware("web").build();

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(FRAMEWORK);
  private final Node agent = master.addAgent("a");

  static List<Transition> rows() {
    return MasterCore.transitions();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isTaken(Transition row) {
    switch (row.lifecycle()) {
      case "task" -> takeTask((TaskState) row.from(), (TaskState) row.to());
      case "agent" -> takeAgent((AgentState) row.from(), (AgentState) row.to());
      case "drain" -> takeDrain((DrainStage) row.from(), (DrainStage) row.to());
      case "framework" -> takeFramework((FrameworkState) row.from(), (FrameworkState) row.to());
      default -> throw new AssertionError("No way is known to take a step of " + row.lifecycle());
    }
    assertThat(master.taken).contains(row);
  }

  private void launch() {
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
  }

  private void becomeUnreachable() {
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
  }

  private void takeTask(TaskState from, TaskState to) {
    launch();
    switch (from) {
      case TASK_STAGING -> {}
      case TASK_UNREACHABLE -> becomeUnreachable();
      default -> agent.update(client, "t", from);
    }
    switch (to) {
      case TASK_UNREACHABLE -> becomeUnreachable();
      case TASK_GONE_BY_OPERATOR -> master.operate(Messages.goneCall(agent.id));
      default -> {
        if (from == TaskState.TASK_UNREACHABLE) {
          agent.comeBack(client, agent.held(client, "t", to));
        } else {
          agent.update(client, "t", to);
        }
      }
    }
  }

  private void takeAgent(AgentState from, AgentState to) {
    switch (from) {
      case RECOVERED -> master.failover();
      case CONNECTED -> {}
      case DISCONNECTED -> agent.disconnect();
      case UNREACHABLE -> becomeUnreachable();
      case GONE -> throw new AssertionError("GONE absorbs");
    }
    switch (to) {
      case CONNECTED -> agent.comeBack(client);
      case DISCONNECTED -> agent.disconnect();
      case UNREACHABLE -> master.pass(Duration.ofMinutes(11));
      case GONE -> master.operate(Messages.goneCall(agent.id));
      case RECOVERED -> throw new AssertionError("only a new leader has such agents");
    }
  }

  private void takeDrain(DrainStage from, DrainStage to) {
    if (from == DrainStage.DRAINING) {
      launch();
    }
    if (from != DrainStage.NONE) {
      master.operate(Messages.drainCall(agent.id));
    }
    switch (to) {
      case NONE -> master.operate(Messages.reactivateCall(agent.id));
      case DRAINING -> master.operate(Messages.drainCall(agent.id));
      case DRAINED -> client.acknowledge(agent.update(client, "t", TaskState.TASK_KILLED));
    }
  }

  private void takeFramework(FrameworkState from, FrameworkState to) {
    switch (from) {
      case RECOVERED -> master.failover();
      case CONNECTED -> {}
      case DISCONNECTED -> client.disconnect();
      case COMPLETED -> throw new AssertionError("COMPLETED absorbs");
    }
    switch (to) {
      case CONNECTED -> {
        master.effects();
        master.connect(FRAMEWORK.toBuilder().setId(client.id).build());
      }
      case DISCONNECTED -> client.disconnect();
      case COMPLETED -> master.operate(Messages.teardownCall(client.id));
      case RECOVERED -> throw new AssertionError("only a new leader has such frameworks");
    }
  }
}
