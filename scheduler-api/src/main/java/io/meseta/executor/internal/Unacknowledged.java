package io.meseta.executor.internal;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the agent may not have: tasks of which it has acknowledged nothing, and updates that it has
 * not acknowledged. Not thread-safe.
 */
final class Unacknowledged {

  private final Map<TaskID, TaskInfo> tasks = new LinkedHashMap<>();
  private final Map<ByteString, TaskStatus> updates = new LinkedHashMap<>();

  void launched(TaskInfo task) {
    tasks.put(task.getTaskId(), task);
  }

  void sent(TaskStatus update) {
    updates.put(update.getUuid(), update);
  }

  void acknowledged(Event.Acknowledged acknowledged) {
    updates.remove(acknowledged.getUuid());
    tasks.remove(acknowledged.getTaskId());
  }

  /** The agent does not take this one, however often it is sent. */
  void refused(TaskStatus update) {
    updates.remove(update.getUuid());
  }

  Set<ByteString> updateIds() {
    return new HashSet<>(updates.keySet());
  }

  /** All but those of these ids, in the order in which they were made. */
  List<TaskStatus> updatesWithout(Set<ByteString> ids) {
    return updates.values().stream().filter(status -> !ids.contains(status.getUuid())).toList();
  }

  boolean hasUpdates() {
    return !updates.isEmpty();
  }

  Call.Subscribe toSubscribe() {
    Call.Subscribe.Builder subscribe =
        Call.Subscribe.newBuilder().addAllUnacknowledgedTasks(tasks.values());
    updates
        .values()
        .forEach(status ->
            subscribe.addUnacknowledgedUpdates(Call.Update.newBuilder().setStatus(status)));
    return subscribe.build();
  }
}
