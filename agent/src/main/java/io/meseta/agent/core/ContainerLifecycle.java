package io.meseta.agent.core;

import static io.meseta.agent.core.ContainerStage.ENDED;
import static io.meseta.agent.core.ContainerStage.IN_DOUBT;
import static io.meseta.agent.core.ContainerStage.ORDERED;
import static io.meseta.agent.core.ContainerStage.PARKED;
import static io.meseta.agent.core.ContainerStage.PREPARED;
import static io.meseta.agent.core.ContainerStage.STARTED;

import io.meseta.common.runtime.LifecycleTable;

/**
 * What an agent knows of a task's container, as a table.
 *
 * <pre>
 * PARKED   ─► ORDERED  its task's record is durable
 *          ─► ENDED    refused, or killed before that
 * IN_DOUBT ─► ORDERED  the engine has it, running or ended: it is adopted
 *          ─► ENDED    the engine does not have it
 * ORDERED  ─► PREPARED nothing but its start is left, with those of its group
 *          ─► STARTED  it runs
 *          ─► ENDED    it could not be started, or ended before anybody saw it run
 * PREPARED ─► STARTED | ENDED   as of ORDERED
 * STARTED  ─► ENDED
 * </pre>
 */
final class ContainerLifecycle {

  static final LifecycleTable<ContainerStage> TABLE =
      LifecycleTable.named("container", ContainerStage.class)
          .allow(PARKED, ORDERED, ENDED)
          .allow(IN_DOUBT, ORDERED, ENDED)
          .allow(ORDERED, PREPARED, STARTED, ENDED)
          .allow(PREPARED, STARTED, ENDED)
          .allow(STARTED, ENDED)
          .build();

  private ContainerLifecycle() {}
}
