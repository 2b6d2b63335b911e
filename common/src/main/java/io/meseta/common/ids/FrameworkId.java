package io.meseta.common.ids;

import io.meseta.api.v1.FrameworkID;

/** Names a framework. */
public record FrameworkId(String value) implements Comparable<FrameworkId> {

  public static FrameworkId of(FrameworkID proto) {
    return new FrameworkId(proto.getValue());
  }

  public FrameworkID toProto() {
    return FrameworkID.newBuilder().setValue(value).build();
  }

  @Override
  public int compareTo(FrameworkId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
