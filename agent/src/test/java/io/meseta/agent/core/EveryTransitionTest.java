package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static io.meseta.agent.core.AgentCoreTestContext.exit;
import static io.meseta.agent.core.AgentCoreTestContext.vanished;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_KILLING;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STAGING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.runtime.Transition;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** Short lives of a group of one task. */
  private static final List<Consumer<AgentCoreTestContext>> OF_GROUPS =
      List.of(
          agent -> grouped(agent).prepared("t1").started("t1"),
          agent -> grouped(agent).prepared("t1").launchFailed("t1"));

  private static AgentCoreTestContext grouped(AgentCoreTestContext agent) {
    ExecutorInfo executor =
        ExecutorInfo.newBuilder()
            .setType(ExecutorInfo.Type.DEFAULT)
            .setExecutorId(new ExecutorId("pod").toProto())
            .build();
    return agent.says(Messages.runGroup(executor, Messages.task("t1"))).settle();
  }

  /** What an executor says of its task, one state after the other. */
  private static void says(AgentCoreTestContext agent, TaskState... states) {
    agent.executorRuns("e1", "t1", 7);
    int uuid = 0;
    for (TaskState state : states) {
      agent.calls(8 + uuid, ExecutorMessages.update("e1", "t1", state, "u" + uuid++)).settle();
    }
  }

  /** Ways on from each state that an executor's task may be in. */
  private static List<Consumer<AgentCoreTestContext>> inExecutors() {
    List<Consumer<AgentCoreTestContext>> stories = new ArrayList<>();
    TaskState[] live = {TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING};
    for (TaskState from : live) {
      TaskState[] way = from == TASK_STAGING ? new TaskState[0] : new TaskState[] {from};
      for (TaskState to : TaskState.values()) {
        if (ExecutorTaskTransitions.isForExecutorsToSay(to)
            && ExecutorTaskTransitions.TABLE.isLegal(from, to)) {
          TaskState[] both = Arrays.copyOf(way, way.length + 1);
          both[way.length] = to;
          stories.add(agent -> says(agent, both));
        }
      }
      stories.add(agent -> {
        says(agent, way);
        agent.executorExited("e1", vanished());
      });
      stories.add(agent -> {
        says(agent, way);
        agent.says(Messages.update(PARTITION_AWARE)).says(Messages.drainForGood());
        agent.calls(99, ExecutorMessages.update("e1", "t1", TASK_KILLED, "end"));
      });
    }
    return stories;
  }

  /** Short lives of executors. */
  private static final List<Consumer<AgentCoreTestContext>> OF_EXECUTORS =
      List.of(
          agent -> agent.launched(Messages.taskOf("e1", "t1")).restarted().observed(),
          agent ->
              agent
                  .launched(Messages.taskOf("e1", "t1"))
                  .executorStarted("e1")
                  .executorExited("e1", exit(1)),
          agent ->
              agent
                  .launched(Messages.taskOf("e1", "t1"))
                  .says(Messages.shutDownExecutor("f1", "e1"))
                  .executorExited("e1", exit(0)),
          agent -> agent.executorRuns("e1", "t1", 7).executorExited("e1", exit(1)),
          agent ->
              agent
                  .executorRuns("e1", "t1", 7)
                  .says(Messages.shutDownExecutor("f1", "e1"))
                  .executorExited("e1", exit(0)));

  @Test
  void eachStepOfTheTablesIsTaken() {
    Set<Transition> taken = new LinkedHashSet<>();
    List<Consumer<AgentCoreTestContext>> stories = new ArrayList<>(STORIES);
    stories.addAll(inExecutors());
    stories.addAll(OF_EXECUTORS);
    stories.addAll(OF_GROUPS);
    for (Consumer<AgentCoreTestContext> story : stories) {
      AgentCoreTestContext agent = AgentCoreTestContext.registered();
      story.accept(agent);
      taken.addAll(agent.taken());
    }

    assertThat(taken).containsExactlyInAnyOrderElementsOf(AgentCore.transitions());
  }
}
