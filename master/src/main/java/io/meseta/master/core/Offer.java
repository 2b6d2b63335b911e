package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Grant;
import java.time.Instant;

/** Resources of one agent that one framework may use, until it answers or the offer ends. */
record Offer(OfferId id, Grant grant, Instant offeredAt) {

  FrameworkId framework() {
    return grant.framework();
  }

  String role() {
    return grant.role();
  }

  AgentId agent() {
    return grant.agent();
  }

  Resources resources() {
    return grant.resources();
  }
}
