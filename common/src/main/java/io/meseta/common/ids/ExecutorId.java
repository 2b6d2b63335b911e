package io.meseta.common.ids;

import io.meseta.api.v1.ExecutorID;
import java.util.Objects;

/** The id of an executor, unique for one framework on one agent. */
public record ExecutorId(String value) implements Comparable<ExecutorId> {
  public ExecutorId {
    Objects.requireNonNull(value, "value");
  }

  public static ExecutorId of(ExecutorID proto) {
    return new ExecutorId(proto.getValue());
  }

  public ExecutorID toProto() {
    return ExecutorID.newBuilder().setValue(value).build();
  }

  @Override
  public int compareTo(ExecutorId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
