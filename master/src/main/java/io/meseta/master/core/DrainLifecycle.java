package io.meseta.master.core;

import static io.meseta.master.core.DrainStage.DRAINED;
import static io.meseta.master.core.DrainStage.DRAINING;
import static io.meseta.master.core.DrainStage.NONE;

import io.meseta.common.runtime.LifecycleTable;

/**
 * The draining of an agent, as a table. Each step is taken when the registry holds it.
 *
 * <pre>
 * NONE     ─► DRAINING  an operator asked for it
 * DRAINING ─► DRAINED   no task is left, and every end is acknowledged
 *          ─► NONE      an operator changed their mind
 * DRAINED  ─► NONE      the agent is used again
 *          ─► DRAINING  asked for once more, perhaps with other settings
 * </pre>
 */
final class DrainLifecycle {

  static final LifecycleTable<DrainStage> TABLE =
      LifecycleTable.named("drain", DrainStage.class)
          .allow(NONE, DRAINING)
          .allow(DRAINING, DRAINED, NONE)
          .allow(DRAINED, NONE, DRAINING)
          .build();

  private DrainLifecycle() {}
}
