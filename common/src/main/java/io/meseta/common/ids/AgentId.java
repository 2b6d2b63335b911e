package io.meseta.common.ids;

import io.meseta.api.v1.AgentID;
import java.util.Objects;

/** The id of an agent, kept over its restarts. */
public record AgentId(String value) implements Comparable<AgentId> {
  public AgentId {
    Objects.requireNonNull(value, "value");
  }

  public static AgentId of(AgentID proto) {
    return new AgentId(proto.getValue());
  }

  public AgentID toProto() {
    return AgentID.newBuilder().setValue(value).build();
  }

  @Override
  public int compareTo(AgentId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
