package io.meseta.common.ids;

import io.meseta.api.v1.FrameworkID;
import java.util.Objects;

/** The id of a framework: chosen by the master, or by the framework with its first subscription. */
public record FrameworkId(String value) implements Comparable<FrameworkId> {
  public FrameworkId {
    Objects.requireNonNull(value, "value");
  }

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
