package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.scheduler.internal.Calls;
import io.meseta.testkit.simulation.world.Draw;
import java.util.List;
import java.util.Optional;

/** Decides which tasks are launched alone, as a group or through an executor. */
final class Bundler {
  private static final Resources EXECUTOR = Resources.of("cpus:0.1;mem:32");
  private static final int EXECUTORS_PER_AGENT = 2;

  private final FrameworkOwner owner;
  private final Bundling bundling;
  private final Draw draw;

  Bundler(FrameworkOwner owner, Bundling bundling, Draw draw) {
    this.owner = owner;
    this.bundling = bundling;
    this.draw = draw;
  }

  /**
   * The operation that launches these tasks.
   *
   * @param all that the offer has left for them, with their executor
   */
  Offer.Operation launch(Offer offer, Resources all, List<TaskInfo> tasks) {
    if (bundling.equals(Bundling.NONE) || !fits(all, tasks)) {
      return Calls.launch(tasks);
    }
    if (tasks.size() > 1 && draw.chance(bundling.groups())) {
      boolean own = bundling.executors() > 0 && draw.chance(0.3);
      return group(own ? custom(offer) : agents(offer), tasks);
    }
    if (draw.chance(bundling.executors())) {
      ExecutorInfo executor = custom(offer);
      return Calls.launch(
          tasks.stream().map(task -> task.toBuilder().setExecutor(executor).build()).toList());
    }
    return Calls.launch(tasks);
  }

  /** From time to time an executor is not wanted any more, whatever it runs. */
  void tick(FrameworkHost host) {
    owner
        .executors()
        .forEach((agent, ids) ->
            ids.forEach(id -> {
              if (draw.chance(0.05)) {
                end(host, agent, id);
              }
            }));
  }

  /** Executors run on without tasks until they are told to end. */
  void endExecutors(FrameworkHost host) {
    owner.executors().forEach((agent, ids) -> ids.forEach(id -> end(host, agent, id)));
  }

  private static void end(FrameworkHost host, String agent, String id) {
    host.call(
        Calls.shutdown(
            ExecutorID.newBuilder().setValue(id).build(),
            AgentID.newBuilder().setValue(agent).build()));
  }

  /** Whether there is room for an executor beside the tasks. */
  private static boolean fits(Resources all, List<TaskInfo> tasks) {
    Resources sum = EXECUTOR;
    try {
      for (TaskInfo task : tasks) {
        sum = sum.plus(Resources.fromProto(task.getResourcesList()));
      }
    } catch (ResourceException e) {
      throw new IllegalStateException("a task of our own that cannot be read", e);
    }
    return all.contains(sum);
  }

  private static Offer.Operation group(ExecutorInfo executor, List<TaskInfo> tasks) {
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.LAUNCH_GROUP)
        .setLaunchGroup(
            Offer.Operation.LaunchGroup.newBuilder()
                .setExecutor(executor)
                .setTaskGroup(TaskGroupInfo.newBuilder().addAllTasks(tasks)))
        .build();
  }

  /** The same id always means the same executor. */
  private ExecutorInfo custom(Offer offer) {
    String id = "own-" + suffix(offer) + "-" + draw.between(1, EXECUTORS_PER_AGENT);
    owner.usesExecutor(offer.getAgentId(), id);
    return executor(offer, id)
        .setType(ExecutorInfo.Type.CUSTOM)
        .setCommand(CommandInfo.newBuilder().setValue("executor"))
        .setShutdownGracePeriod(DurationInfo.newBuilder().setNanoseconds(20_000_000_000L))
        .build();
  }

  /** One that stands for groups which the agent runs itself: a new one, or one for several. */
  private ExecutorInfo agents(Offer offer) {
    String shared = "agents-" + suffix(offer);
    String id = draw.chance(0.3) ? shared : owner.newTaskId() + "-group";
    return executor(offer, id).setType(ExecutorInfo.Type.DEFAULT).build();
  }

  private ExecutorInfo.Builder executor(Offer offer, String id) {
    return ExecutorInfo.newBuilder()
        .setExecutorId(ExecutorID.newBuilder().setValue(id))
        .addAllResources(EXECUTOR.toProto(role(offer), owner.plan().storage().format()));
  }

  /** Ids cannot have slashes. */
  private static String suffix(Offer offer) {
    return role(offer).orElse("any").replace('/', '_').replace('*', '_');
  }

  private static Optional<String> role(Offer offer) {
    return offer.hasAllocationInfo()
        ? Optional.of(offer.getAllocationInfo().getRole())
        : Optional.empty();
  }
}
