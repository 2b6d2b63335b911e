package io.meseta.agent.inventory;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.util.List;

/** What an agent offers of its machine, and what frameworks may select it by. */
public record Configuration(Resources resources, List<Attribute> attributes) {

  /** Adds it to what the agent says of itself. */
  public AgentInfo.Builder addTo(AgentInfo.Builder agent) {
    return agent
        .addAllResources(resources.toProto(ReservationFormat.REFINED))
        .addAllAttributes(attributes);
  }
}
