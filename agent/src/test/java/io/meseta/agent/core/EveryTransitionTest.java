package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.AgentCoreTestContext.exit;
import static io.meseta.agent.core.AgentCoreTestContext.vanished;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.runtime.Transition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A row of a table that the core never takes is a mistake in the table, or in the core. */
class EveryTransitionTest {

  private static final FrameworkInfo WANTS_KILLING =
      Messages.framework("f1", Capability.Type.TASK_KILLING_STATE);

  private static final FrameworkInfo PARTITION_AWARE =
      Messages.framework("f1", Capability.Type.PARTITION_AWARE);

  private static final FrameworkInfo AWARE_OF_BOTH =
      Messages.framework("f1", Capability.Type.PARTITION_AWARE, Capability.Type.TASK_KILLING_STATE);

  private static final TaskInfo INVALID =
      Messages.task("t1").toBuilder().setAgentId(AgentID.newBuilder().setValue("another")).build();

  /** Short lives, each of one task. */
  private static final List<Consumer<AgentCoreTestContext>> STORIES =
      List.of(
          agent -> agent.says(Messages.runTask(FRAMEWORK, INVALID)).settle(),
          agent -> agent.running("t1").exited("t1", 0),
          agent -> agent.running("t1").exited("t1", 1),
          agent -> agent.running("t1").exited("t1", vanished()),
          agent -> agent.running("t1").says(Messages.kill("t1")).exited("t1", 143),
          agent ->
              agent
                  .running(WANTS_KILLING, Messages.task("t1"))
                  .says(Messages.kill("t1"))
                  .exited("t1", exit(143)),
          agent -> agent.launched(Messages.task("t1")).exited("t1", 0),
          agent -> agent.launched(Messages.task("t1")).exited("t1", vanished()),
          agent -> agent.launched(Messages.task("t1")).launchFailed("t1"),
          agent ->
              agent
                  .says(Messages.runTask(FRAMEWORK, Messages.task("t1")))
                  .says(Messages.kill("t1"))
                  .settle(),
          agent ->
              agent
                  .says(Messages.runTask(PARTITION_AWARE, Messages.task("t1")))
                  .says(Messages.drainForGood())
                  .settle(),
          agent ->
              agent
                  .running(PARTITION_AWARE, Messages.task("t1"))
                  .says(Messages.drainForGood())
                  .exited("t1", exit(143)),
          agent ->
              agent
                  .running(AWARE_OF_BOTH, Messages.task("t1"))
                  .says(Messages.drainForGood())
                  .exited("t1", exit(143)),
          agent -> {
            agent.launched(Messages.task("t1"));
            agent.restarted().observed();
          },
          agent -> {
            agent.running("t1");
            AgentCoreTestContext again = agent.restarted();
            again.observed(AgentCoreTestContext.running(again.container("t1")));
          });

  @Test
  void eachStepOfTheTablesIsTaken() {
    Set<Transition> taken = new LinkedHashSet<>();
    for (Consumer<AgentCoreTestContext> story : STORIES) {
      AgentCoreTestContext agent = AgentCoreTestContext.registered();
      story.accept(agent);
      taken.addAll(agent.taken());
    }

    assertThat(taken).containsExactlyInAnyOrderElementsOf(AgentCore.transitions());
  }
}
