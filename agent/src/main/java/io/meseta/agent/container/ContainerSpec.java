package io.meseta.agent.container;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param group what it shares with others, as a task of a group; such a container is launched in
 *     two steps, see {@link Containerizer#launch}
 */
public record ContainerSpec(
    ContainerId container,
    AgentId agent,
    FrameworkId framework,
    ExecutorId executor,
    String user,
    Kind kind,
    TaskInfo task,
    Map<String, String> environment,
    Optional<Group> group) {

  /** What runs in a container. */
  public enum Kind {
    TASK,
    EXECUTOR
  }

  /**
   * What the containers of a task group share.
   *
   * @param parent the container id of the group's executor: a volume with a sandbox path of type
   *     PARENT is in the sandbox of that name
   * @param network the network that it joins, where it would have one of its own
   */
  public record Group(ContainerId parent, Optional<Network> network) {}

  /**
   * A network of a group's own, which no single one of its containers owns.
   *
   * @param holder names it, and what keeps it; unique for ever
   * @param tasks those of the group that are in it, in the group's order: the first describes the
   *     network, all may publish ports
   * @param granted what the group's executor was granted, for as long as the group lives
   */
  public record Network(ContainerId holder, List<TaskInfo> tasks, List<Resource> granted) {}

  public ContainerSpec {
    // Ordered, as recordings and traces must come out the same in any process.
    environment = new TreeMap<>(environment);
  }

  /** What shares nothing with another container. */
  public ContainerSpec(
      ContainerId container,
      AgentId agent,
      FrameworkId framework,
      ExecutorId executor,
      String user,
      Kind kind,
      TaskInfo task,
      Map<String, String> environment) {
    this(container, agent, framework, executor, user, kind, task, environment, Optional.empty());
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
    return new ContainerSpec(
        container, agent, framework, executor, user, kind, other, environment, group);
  }

  /** The same with these variables in place of those that the agent adds. */
  public ContainerSpec withEnvironment(Map<String, String> variables) {
    return new ContainerSpec(
        container, agent, framework, executor, user, kind, task, variables, group);
  }

  /** The same as one of a group of tasks. */
  public ContainerSpec inGroup(Group shared) {
    return new ContainerSpec(
        container, agent, framework, executor, user, kind, task, environment, Optional.of(shared));
  }

  /** The executor whose sandbox it shares. */
  public Optional<ContainerId> parent() {
    return group.map(Group::parent);
  }

  /** The network that it shares. */
  public Optional<Network> network() {
    return group.flatMap(Group::network);
  }

  /** The unix user who owns the sandbox and runs the command. */
  public String effectiveUser() {
    return task.getCommand().hasUser() ? task.getCommand().getUser() : user;
  }
}
