package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.TaskId;
import java.util.List;

/** What executors of framework f1 say. */
final class ExecutorMessages {

  private ExecutorMessages() {}

  static Call.Builder call(String executor, Call.Type type) {
    return Call.newBuilder()
        .setType(type)
        .setFrameworkId(AgentCoreTestContext.FRAMEWORK.getId())
        .setExecutorId(new ExecutorId(executor).toProto());
  }

  static Call subscribe(String executor) {
    return subscribe(executor, List.of(), List.of());
  }

  static Call subscribe(String executor, List<TaskInfo> tasks, List<TaskStatus> updates) {
    Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder().addAllUnacknowledgedTasks(tasks);
    updates.forEach(
        status -> subscribe.addUnacknowledgedUpdates(Call.Update.newBuilder().setStatus(status)));
    return call(executor, Call.Type.SUBSCRIBE).setSubscribe(subscribe).build();
  }

  /** Sixteen bytes that begin with this name. */
  static ByteString uuid(String name) {
    return ByteString.copyFromUtf8(String.format("%-16s", name));
  }

  static TaskStatus status(String task, TaskState state, String uuid) {
    return TaskStatus.newBuilder()
        .setTaskId(new TaskId(task).toProto())
        .setState(state)
        .setUuid(uuid(uuid))
        .build();
  }

  static Call update(String executor, TaskStatus status) {
    return call(executor, Call.Type.UPDATE)
        .setUpdate(Call.Update.newBuilder().setStatus(status))
        .build();
  }

  static Call update(String executor, String task, TaskState state, String uuid) {
    return update(executor, status(task, state, uuid));
  }
}
