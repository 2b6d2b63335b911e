package io.meseta.master.core;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Holding;

/**
 * An executor on an agent, from the order to start it until its agent says that it has ended. What
 * it holds itself comes on top of what its tasks hold.
 *
 * @param info with its framework's id
 */
record MasterExecutor(ExecutorInfo info, String role, Resources resources) {

  ExecutorKey key() {
    return ExecutorKey.of(info);
  }

  Holding holding() {
    return new Holding(key().framework(), role, resources);
  }
}
