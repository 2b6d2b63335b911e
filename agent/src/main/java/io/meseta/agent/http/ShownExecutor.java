package io.meseta.agent.http;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.ExecutorView;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.pages.LegacyTasks;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An executor with its tasks, as Mesos's pages show what runs on an agent: a task without an
 * executor of its own has one that bears its name.
 *
 * @param own how its framework describes it; empty for a task without an executor of its own
 * @param runs whether it holds something on the agent
 * @param tasks in the order in which they came; none for an executor that has nothing to do
 */
record ShownExecutor(
    FrameworkId framework,
    ExecutorId id,
    ContainerId container,
    Optional<ExecutorInfo> own,
    boolean runs,
    List<TaskView> tasks) {

  private static final int LONGEST_COMMAND = 15;
  private static final String MORE = "...";

  /**
   * @param container empty for one of type DEFAULT: its tasks have containers of their own
   */
  private record Key(FrameworkId framework, ExecutorId id, Optional<ContainerId> container) {
    static Key of(TaskView task) {
      return new Key(
          task.framework(),
          task.executor(),
          isOfAgent(task.info().getExecutor()) ? Optional.empty() : Optional.of(task.container()));
    }

    static Key of(ExecutorView executor) {
      return new Key(
          executor.framework(),
          ExecutorId.of(executor.info().getExecutorId()),
          isOfAgent(executor.info()) ? Optional.empty() : Optional.of(executor.container()));
    }
  }

  /** Whether the agent itself is the executor, of the tasks of a group. */
  private static boolean isOfAgent(ExecutorInfo executor) {
    return executor.getType() == ExecutorInfo.Type.DEFAULT;
  }

  /** The executors of these tasks, in the order of their first tasks. */
  static List<ShownExecutor> of(Collection<TaskView> tasks) {
    Map<Key, List<TaskView>> byKey = new LinkedHashMap<>();
    for (TaskView task : tasks) {
      byKey.computeIfAbsent(Key.of(task), ignored -> new ArrayList<>(1)).add(task);
    }
    List<ShownExecutor> executors = new ArrayList<>(byKey.size());
    byKey.forEach((key, itsTasks) -> executors.add(of(key, itsTasks)));
    return executors;
  }

  private static ShownExecutor of(Key key, List<TaskView> tasks) {
    TaskInfo first = tasks.get(0).info();
    return new ShownExecutor(
        key.framework,
        key.id,
        key.container.orElse(tasks.get(0).container()),
        first.hasExecutor() ? Optional.of(first.getExecutor()) : Optional.empty(),
        tasks.stream().anyMatch(task -> !task.ended()),
        tasks);
  }

  /** What is on an agent: the executors of its tasks, then those that have nothing to do. */
  static List<ShownExecutor> of(AgentView agent) {
    List<ShownExecutor> executors = of(agent.tasks());
    Map<Key, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < executors.size(); i++) {
      places.put(Key.of(executors.get(i).tasks().get(0)), i);
    }
    for (ExecutorView executor : agent.executors()) {
      Integer place = places.get(Key.of(executor));
      ShownExecutor shown =
          new ShownExecutor(
              executor.framework(),
              ExecutorId.of(executor.info().getExecutorId()),
              executor.container(),
              Optional.of(executor.info()),
              true,
              place == null ? List.of() : executors.get(place).tasks());
      if (place == null) {
        executors.add(shown);
      } else {
        executors.set(place, shown);
      }
    }
    return executors;
  }

  boolean isSame(ShownExecutor other) {
    return framework.equals(other.framework)
        && id.equals(other.id)
        && (isGroup() || container.equals(other.container));
  }

  /** Whether its tasks have containers of their own. */
  boolean isGroup() {
    return own.filter(ShownExecutor::isOfAgent).isPresent();
  }

  private TaskInfo first() {
    return tasks.get(0).info();
  }

  /** As Mesos calls the executor that it makes for a task that has none. */
  String name() {
    if (own.isPresent()) {
      return own.get().getName();
    }
    return "Command Executor (Task: "
        + id.value()
        + ") (Command: "
        + describe(first().getCommand())
        + ")";
  }

  private static String describe(CommandInfo command) {
    if (!command.hasValue()) {
      return command.getShell() ? "NO COMMAND" : "NO EXECUTABLE";
    }
    if (command.getShell()) {
      return "sh -c '" + cut(command.getValue()) + "'";
    }
    List<String> words = new ArrayList<>();
    words.add(command.getValue());
    words.addAll(command.getArgumentsList());
    return "[" + cut(String.join(", ", words)) + "]";
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_COMMAND
        ? text
        : text.substring(0, LONGEST_COMMAND - MORE.length()) + MORE;
  }

  @SuppressWarnings("deprecation") // Old tools still look for it.
  String source() {
    return own.map(ExecutorInfo::getSource).orElse(id.value());
  }

  /**
   * For whom its resources were offered.
   *
   * @param ofFramework for tasks whose resources do not say it
   */
  String role(String ofFramework) {
    List<Resource> held =
        tasks.isEmpty()
            ? own.map(ExecutorInfo::getResourcesList).orElse(List.of())
            : first().getResourcesList();
    return LegacyTasks.role(held).orElse(ofFramework);
  }

  /** What it and its tasks that are not over hold. */
  Resources resources() {
    Resources held = runs && own.isPresent() ? read(own.get().getResourcesList()) : Resources.EMPTY;
    for (TaskView task : tasks) {
      if (!task.ended()) {
        held = held.plus(read(task.info().getResourcesList()));
      }
    }
    return held;
  }

  private static Resources read(List<Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new IllegalStateException("a task's resources were validated: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("deprecation") // Old tools still look for the source.
  ExecutorInfo info() {
    if (own.isPresent()) {
      return own.get();
    }
    ExecutorInfo.Builder info =
        ExecutorInfo.newBuilder()
            .setExecutorId(id.toProto())
            .setFrameworkId(framework.toProto())
            .setName(name())
            .setSource(source());
    if (first().hasCommand()) {
      info.setCommand(first().getCommand());
    }
    if (first().hasContainer()) {
      info.setContainer(first().getContainer());
    }
    return info.build();
  }
}
