package io.meseta.agent.container;

import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What to run, and under which identity.
 *
 * @param container unique for ever; a uuid in text form
 * @param executor the task's id where the task has no executor of its own
 * @param user the unix user of the framework, used where the command names none
 * @param kind whether a task runs here or an executor
 * @param task carries command, container, resources and limits: the task whole, as the framework
 *     sent it, or an executor described in the same form, under its own id and name
 * @param environment variables that the agent adds; they win over those of the command
 */
public record ContainerSpec(
    ContainerId container,
    AgentId agent,
    FrameworkId framework,
    ExecutorId executor,
    String user,
    Kind kind,
    TaskInfo task,
    Map<String, String> environment) {

  /** What runs in a container. */
  public enum Kind {
    TASK,
    EXECUTOR
  }

  public ContainerSpec {
    // Ordered, as recordings and traces must come out the same in any process.
    environment = new TreeMap<>(environment);
  }

  /** A task's own container. */
  public static ContainerSpec ofTask(
      ContainerId container,
      AgentId agent,
      FrameworkId framework,
      ExecutorId executor,
      String user,
      TaskInfo task) {
    return new ContainerSpec(
        container, agent, framework, executor, user, Kind.TASK, task, Map.of());
  }

  /** The same with what is to run described otherwise. */
  public ContainerSpec withTask(TaskInfo other) {
    return new ContainerSpec(container, agent, framework, executor, user, kind, other, environment);
  }

  /** The unix user who owns the sandbox and runs the command. */
  public String effectiveUser() {
    return task.getCommand().hasUser() ? task.getCommand().getUser() : user;
  }
}
