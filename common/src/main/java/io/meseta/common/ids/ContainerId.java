package io.meseta.common.ids;

import io.meseta.api.v1.ContainerID;

/** Names a container; never used twice. */
public record ContainerId(String value) implements Comparable<ContainerId> {

  public static ContainerId of(ContainerID proto) {
    return new ContainerId(proto.getValue());
  }

  public ContainerID toProto() {
    return ContainerID.newBuilder().setValue(value).build();
  }

  @Override
  public int compareTo(ContainerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
