package io.meseta.agent;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.ExecutorState;
import io.meseta.agent.core.ExecutorView;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.sandbox.DiskWatch.Watched;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import java.util.ArrayList;
import java.util.List;

/**
 * How much disk tasks that run may use: their {@code disk} resource for the sandbox, and for each
 * persistent volume what it was made with. Where there is none, there is no limit.
 *
 * <p>Tasks of a framework's executor share its sandbox: it may hold what the executor and all its
 * tasks were granted together. Of an executor of type DEFAULT each task has a sandbox of its own.
 */
record DiskLimits(Sandboxes sandboxes, Volumes volumes) {

  private static final double BYTES_PER_MEGABYTE = 1024.0 * 1024.0;

  List<Watched> of(AgentView view) {
    List<Watched> watched = new ArrayList<>();
    if (!view.agent().hasId()) {
      return watched;
    }
    AgentId agent = AgentId.of(view.agent().getId());
    for (TaskView task : view.tasks()) {
      if (task.state() == TaskState.TASK_RUNNING && !inExecutor(task)) {
        SandboxId id = new SandboxId(agent, task.framework(), task.executor(), task.container());
        add(id, task.info().getResourcesList(), watched);
      }
    }
    for (ExecutorView executor : view.executors()) {
      if (executor.state() == ExecutorState.RUNNING
          && executor.info().getType() != ExecutorInfo.Type.DEFAULT) {
        add(sandbox(agent, executor), granted(executor, view), watched);
      }
    }
    return watched;
  }

  private static boolean inExecutor(TaskView task) {
    return task.info().hasExecutor()
        && task.info().getExecutor().getType() != ExecutorInfo.Type.DEFAULT;
  }

  private static SandboxId sandbox(AgentId agent, ExecutorView executor) {
    ExecutorId id = ExecutorId.of(executor.info().getExecutorId());
    return new SandboxId(agent, executor.framework(), id, executor.container());
  }

  private static List<Resource> granted(ExecutorView executor, AgentView view) {
    List<Resource> all = new ArrayList<>(executor.info().getResourcesList());
    for (TaskView task : view.tasks()) {
      if (task.container().equals(executor.container()) && !task.ended()) {
        all.addAll(task.info().getResourcesList());
      }
    }
    return all;
  }

  private void add(SandboxId id, List<Resource> resources, List<Watched> watched) {
    double sandbox = 0;
    for (Resource resource : resources) {
      if (resource.getName().equals("disk")) {
        double megabytes = resource.getScalar().getValue();
        if (resource.getDisk().hasPersistence()) {
          watched.add(new Watched(id.container(), volumes.path(resource), bytes(megabytes)));
        } else if (!resource.getDisk().hasSource()) {
          sandbox += megabytes;
        }
      }
    }
    if (sandbox > 0) {
      watched.add(new Watched(id.container(), sandboxes.path(id), bytes(sandbox)));
    }
  }

  private static long bytes(double megabytes) {
    return (long) (megabytes * BYTES_PER_MEGABYTE);
  }
}
