package io.meseta.agent.http;

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

/**
 * An executor with its tasks, as Mesos's pages show what runs on an agent: a task without an
 * executor of its own has one that bears its name.
 *
 * @param tasks at least one, in the order in which they came
 */
record ShownExecutor(
    FrameworkId framework, ExecutorId id, ContainerId container, List<TaskView> tasks) {

  private static final int LONGEST_COMMAND = 15;
  private static final String MORE = "...";

  private record Key(FrameworkId framework, ExecutorId id, ContainerId container) {}

  /** The executors of these tasks, in the order of their first tasks. */
  static List<ShownExecutor> of(Collection<TaskView> tasks) {
    Map<Key, List<TaskView>> byKey = new LinkedHashMap<>();
    for (TaskView task : tasks) {
      Key key = new Key(task.framework(), task.executor(), task.container());
      byKey.computeIfAbsent(key, ignored -> new ArrayList<>(1)).add(task);
    }
    List<ShownExecutor> executors = new ArrayList<>(byKey.size());
    byKey.forEach((key, itsTasks) ->
        executors.add(new ShownExecutor(key.framework, key.id, key.container, itsTasks)));
    return executors;
  }

  boolean isSame(ShownExecutor other) {
    return framework.equals(other.framework)
        && id.equals(other.id)
        && container.equals(other.container);
  }

  private TaskInfo first() {
    return tasks.get(0).info();
  }

  /** As Mesos calls the executor that it makes for a task that has none. */
  String name() {
    if (first().hasExecutor()) {
      return first().getExecutor().getName();
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
    return first().hasExecutor() ? first().getExecutor().getSource() : id.value();
  }

  /**
   * For whom its resources were offered.
   *
   * @param ofFramework for tasks whose resources do not say it
   */
  String role(String ofFramework) {
    return LegacyTasks.role(first().getResourcesList()).orElse(ofFramework);
  }

  /** What it and its tasks that are not over hold. */
  Resources resources() {
    Resources held = Resources.EMPTY;
    boolean runs = false;
    for (TaskView task : tasks) {
      if (!task.ended()) {
        runs = true;
        held = held.plus(read(task.info().getResourcesList()));
      }
    }
    return runs && first().hasExecutor()
        ? held.plus(read(first().getExecutor().getResourcesList()))
        : held;
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
    if (first().hasExecutor()) {
      return first().getExecutor();
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
