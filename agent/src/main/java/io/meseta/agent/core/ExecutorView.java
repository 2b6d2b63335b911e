package io.meseta.agent.core;

import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.FrameworkId;

/**
 * An executor as it was at one moment; immutable. A task without an executor of its own has none
 * here.
 *
 * @param container of an executor of type DEFAULT, which is the agent itself, this names a sandbox
 *     only
 * @param connected whether its event stream is open
 */
public record ExecutorView(
    FrameworkId framework,
    ExecutorInfo info,
    ContainerId container,
    ContainerStatus containerStatus,
    ExecutorState state,
    boolean connected) {

  static ExecutorView of(AgentExecutor executor) {
    return new ExecutorView(
        executor.key().framework(),
        executor.info(),
        executor.container(),
        executor.containerStatus(),
        executor.state(),
        executor.isConnected());
  }
}
