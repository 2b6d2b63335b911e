package io.meseta.testkit.simulation.cluster;

import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Tasks as authors make them, and how their containers behave. */
final class Workload {
  private static final Duration START = Duration.ofMillis(800);

  private Workload() {}

  /** A task that sleeps for so long, and then ends with this code. */
  static TaskInfo task(
      String id, AgentID agent, List<Resource> resources, Duration sleeps, int exitCode) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(TaskID.newBuilder().setValue(id))
        .setAgentId(agent)
        .addAllResources(resources)
        .setCommand(
            CommandInfo.newBuilder().setValue("sleep " + sleeps.toMillis() + " " + exitCode))
        .build();
  }

  /** The same, with a grace period for its end. */
  static TaskInfo withGrace(TaskInfo task, Duration grace) {
    return task.toBuilder()
        .setKillPolicy(
            KillPolicy.newBuilder()
                .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(grace.toNanos())))
        .build();
  }

  /** The same, for a limited time. */
  static TaskInfo withTimeLimit(TaskInfo task, Duration limit) {
    return task.toBuilder()
        .setMaxCompletionTime(DurationInfo.newBuilder().setNanoseconds(limit.toNanos()))
        .build();
  }

  /** The same, with a health check. */
  static TaskInfo withHealthCheck(TaskInfo task, Draw draw) {
    return task.toBuilder()
        .setHealthCheck(
            HealthCheck.newBuilder()
                .setType(HealthCheck.Type.TCP)
                .setTcp(HealthCheck.TCPCheckInfo.newBuilder().setPort(80))
                .setDelaySeconds(draw.between(0, 10))
                .setIntervalSeconds(draw.between(5, 20))
                .setGracePeriodSeconds(draw.between(0, 30))
                .setConsecutiveFailures(draw.between(1, 4)))
        .build();
  }

  /** What a question to a task comes to: now and then the task does not answer as it should. */
  static CheckAnswer answer(Draw draw) {
    if (draw.chance(0.8)) {
      return new CheckAnswer.Connected();
    }
    return draw.chance(0.7)
        ? new CheckAnswer.Refused("nobody listens")
        : new CheckAnswer.None("no answer in time");
  }

  /** How long a task runs if nobody ends it. */
  static Duration sleeps(TaskInfo task) {
    return Duration.ofMillis(Long.parseLong(words(task)[1]));
  }

  /** With what it ends then. */
  static int exitCode(TaskInfo task) {
    return Integer.parseInt(words(task)[2]);
  }

  private static String[] words(TaskInfo task) {
    return task.getCommand().getValue().split(" ", -1);
  }

  /**
   * How the container of an executor behaves, as far as that is not the executor's own doing.
   *
   * @param trouble how many of them make trouble, 1 is usual
   */
  static ContainerScript executorScript(Draw draw, double trouble) {
    Duration start = Duration.ofNanos(draw.nanos(Duration.ofMillis(50), START));
    return new ContainerScript(
        Optional.of(start),
        draw.chance(0.05 * trouble) ? Optional.of("the image is not there") : Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        false,
        draw.chance(0.1 * trouble) ? ContainerScript.OnKill.IGNORE : ContainerScript.OnKill.OBEY);
  }

  /**
   * How the container of a task behaves.
   *
   * @param trouble how many of them make trouble, 1 is usual
   */
  static ContainerScript script(TaskInfo task, Draw draw, double trouble) {
    Duration sleeps = sleeps(task);
    int code = exitCode(task);
    Duration start = Duration.ofNanos(draw.nanos(Duration.ofMillis(50), START));
    ContainerScript.OnKill onKill =
        draw.chance(0.1 * trouble) ? ContainerScript.OnKill.IGNORE : ContainerScript.OnKill.OBEY;
    Optional<Duration> startAfter = Optional.of(start);
    if (draw.chance(0.02 * trouble)) {
      startAfter = Optional.empty();
    } else if (draw.chance(0.1 * trouble)) {
      startAfter =
          Optional.of(Duration.ofNanos(draw.nanos(Duration.ofSeconds(5), Duration.ofMinutes(10))));
    }
    Optional<String> failure =
        draw.chance(0.05 * trouble) ? Optional.of("the image is not there") : Optional.empty();
    boolean outOfMemory = draw.chance(0.05 * trouble);
    if (draw.chance(0.05 * trouble)) {
      sleeps = Duration.ZERO;
    }
    return new ContainerScript(
        startAfter,
        failure,
        Optional.of(sleeps),
        OptionalInt.of(outOfMemory ? 137 : code),
        outOfMemory,
        onKill);
  }
}
