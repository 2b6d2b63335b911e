package io.meseta.common.ids;

import io.meseta.api.v1.TaskID;
import java.util.Objects;

/** The id of a task, chosen by its framework and unique among that framework's tasks. */
public record TaskId(String value) implements Comparable<TaskId> {
  public TaskId {
    Objects.requireNonNull(value, "value");
  }

  public static TaskId of(TaskID proto) {
    return new TaskId(proto.getValue());
  }

  public TaskID toProto() {
    return TaskID.newBuilder().setValue(value).build();
  }

  @Override
  public int compareTo(TaskId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
