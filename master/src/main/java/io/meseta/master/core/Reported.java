package io.meseta.master.core;

import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says that it has, in the form that can be computed with. Read once: after a change
 * of leader all agents say all that they have at the same time.
 *
 * @param total what it is configured with, as operations have changed it
 * @param tasks in the order of the message
 */
record Reported(Resources total, List<MasterTask> tasks, List<MasterExecutor> executors) {

  /**
   * Reads it.
   *
   * @throws ResourceException if something of it are no resources
   */
  static Reported read(Register request) throws ResourceException {
    Reader reader = new Reader();
    AgentId agent = AgentId.of(request.getAgent().getId());
    Resources total = restoredTotal(request);
    List<MasterTask> tasks = new ArrayList<>(request.getTasksCount());
    for (Task task : request.getTasksList()) {
      tasks.add(
          MasterTask.reported(
              reader.framework(task.getFrameworkId()),
              agent,
              task,
              AgentHoldings.roleOf(task),
              reader.read(task.getResourcesList())));
    }
    List<MasterExecutor> executors = new ArrayList<>(request.getExecutorsCount());
    for (ExecutorInfo info : request.getExecutorsList()) {
      executors.add(
          new MasterExecutor(info, Executors.roleOf(info), reader.read(info.getResourcesList())));
    }
    return new Reported(total, tasks, executors);
  }

  /** What it is configured with, as operations have changed it. */
  private static Resources restoredTotal(Register request) throws ResourceException {
    return Conversion.restore(
        Resources.fromProto(request.getAgent().getResourcesList()),
        Resources.fromProto(request.getRememberedResourcesList()));
  }

  /** Tasks of one kind hold the same: it is read once, and kept once. */
  private static final class Reader {
    private @Nullable List<Resource> lastProtos;
    private Resources last = Resources.EMPTY;
    private FrameworkID lastFrameworkProto = FrameworkID.getDefaultInstance();
    private FrameworkId lastFramework = new FrameworkId("");

    FrameworkId framework(FrameworkID proto) {
      if (!proto.equals(lastFrameworkProto)) {
        lastFrameworkProto = proto;
        lastFramework = FrameworkId.of(proto);
      }
      return lastFramework;
    }

    Resources read(List<Resource> protos) throws ResourceException {
      if (!protos.equals(lastProtos)) {
        last = Resources.fromProto(protos);
        lastProtos = protos;
      }
      return last;
    }
  }

  /** Why this cannot be: more is held than there is, or something twice. */
  Optional<String> problem() {
    List<Holding> holdings = new ArrayList<>(tasks.size() + executors.size());
    List<Resources> held = new ArrayList<>(tasks.size() + executors.size());
    for (MasterTask task : tasks) {
      if (!TaskLifecycle.isTerminal(task.state())) {
        holdings.add(task.holding());
        held.add(task.resources);
      }
    }
    for (MasterExecutor executor : executors) {
      holdings.add(executor.holding());
      held.add(executor.resources());
    }
    Optional<String> conflict = Holding.conflict(holdings);
    if (conflict.isPresent()) {
      return conflict;
    }
    Resources sum = Resources.sum(held);
    return total.contains(sum)
        ? Optional.empty()
        : Optional.of(
            "the agent's resources "
                + total
                + " do not cover what its running tasks hold, executors included: "
                + sum
                + ". Start it with enough of them, or drain it first");
  }
}
