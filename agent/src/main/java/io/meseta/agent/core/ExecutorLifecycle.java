package io.meseta.agent.core;

import static io.meseta.agent.core.ExecutorState.REGISTERING;
import static io.meseta.agent.core.ExecutorState.RUNNING;
import static io.meseta.agent.core.ExecutorState.TERMINATED;
import static io.meseta.agent.core.ExecutorState.TERMINATING;

import io.meseta.common.runtime.LifecycleTable;

/**
 * The life of an executor, as a table.
 *
 * <pre>
 * REGISTERING ─► RUNNING      it has subscribed
 *             ─► TERMINATING  its framework or its agent ends it, or it did not subscribe in time
 *             ─► TERMINATED   its container could not be launched, or has ended
 * RUNNING     ─► TERMINATING  it is ended, or did not come back in time
 *             ─► TERMINATED   its container has ended
 * TERMINATING ─► TERMINATED
 * </pre>
 */
final class ExecutorLifecycle {

  static final LifecycleTable<ExecutorState> TABLE =
      LifecycleTable.named("executor", ExecutorState.class)
          .allow(REGISTERING, RUNNING, TERMINATING, TERMINATED)
          .allow(RUNNING, TERMINATING, TERMINATED)
          .allow(TERMINATING, TERMINATED)
          .build();

  private ExecutorLifecycle() {}
}
