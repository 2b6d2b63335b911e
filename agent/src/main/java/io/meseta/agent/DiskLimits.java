package io.meseta.agent;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.sandbox.DiskWatch.Watched;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import java.util.ArrayList;
import java.util.List;

/**
 * How much disk tasks that run may use: their {@code disk} resource for the sandbox, and for each
 * persistent volume what it was made with. Where there is none, there is no limit.
 */
record DiskLimits(Sandboxes sandboxes, Volumes volumes) {

  private static final double BYTES_PER_MEGABYTE = 1024.0 * 1024.0;

  List<Watched> of(AgentView view) {
    List<Watched> watched = new ArrayList<>();
    for (TaskView task : view.tasks()) {
      if (task.state() == TaskState.TASK_RUNNING && view.agent().hasId()) {
        add(task, AgentId.of(view.agent().getId()), watched);
      }
    }
    return watched;
  }

  private void add(TaskView task, AgentId agent, List<Watched> watched) {
    double sandbox = 0;
    for (Resource resource : task.info().getResourcesList()) {
      if (resource.getName().equals("disk")) {
        double megabytes = resource.getScalar().getValue();
        if (resource.getDisk().hasPersistence()) {
          watched.add(new Watched(task.container(), volumes.path(resource), bytes(megabytes)));
        } else if (!resource.getDisk().hasSource()) {
          sandbox += megabytes;
        }
      }
    }
    if (sandbox > 0) {
      SandboxId id = new SandboxId(agent, task.framework(), task.executor(), task.container());
      watched.add(new Watched(task.container(), sandboxes.path(id), bytes(sandbox)));
    }
  }

  private static long bytes(double megabytes) {
    return (long) (megabytes * BYTES_PER_MEGABYTE);
  }
}
