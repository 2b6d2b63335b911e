package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.AnswerExecutor;
import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.OpenExecutor;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.ExecutorHeartbeat;
import io.meseta.agent.core.AgentTimer.ExecutorOverdue;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.FrameworkMessage;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executor API, from the call on.
 *
 * <p>Codes as with schedulers: 400 for what is wrong with the call or whom nobody knows, 403 from
 * an executor that has not subscribed, 501 for a type unknown here, otherwise 202, or the stream.
 */
final class ExecutorCalls {

  private static final Logger log = LoggerFactory.getLogger(ExecutorCalls.class);
  private static final Duration HEARTBEAT = Duration.ofMinutes(30);
  private static final int UUID_BYTES = 16;

  private final CoreContext context;
  private final MasterLink link;
  private final ExecutorSlices slices;
  private final Executors executors;

  ExecutorCalls(CoreContext context, MasterLink link, ExecutorSlices slices) {
    this.context = context;
    this.link = link;
    this.slices = slices;
    this.executors = slices.executors();
  }

  void handle(long call, Call message) {
    ExecutorKey key =
        new ExecutorKey(
            FrameworkId.of(message.getFrameworkId()), ExecutorId.of(message.getExecutorId()));
    Optional<AgentExecutor> executor =
        executors
            .find(key)
            .filter(AgentExecutor::hasContainer)
            .filter(found -> found.state() != ExecutorState.TERMINATED);
    Optional<String> invalid = invalidReason(message);
    if (message.getType() == Call.Type.UNKNOWN) {
      answer(call, 501, "Calls of this type are not implemented by this agent");
    } else if (invalid.isPresent()) {
      answer(call, 400, "Failed to validate executor::Call: " + invalid.get());
    } else if (executor.isEmpty()) {
      answer(
          call,
          400,
          slices.frameworks().find(key.framework()).isEmpty()
              ? "Framework cannot be found"
              : "Executor cannot be found");
    } else if (message.getType() == Call.Type.SUBSCRIBE) {
      subscribe(executor.get(), call, message.getSubscribe());
    } else if (!executor.get().isConnected()) {
      answer(call, 403, "Executor is not subscribed");
    } else {
      answer(call, 202, "");
      take(executor.get(), message);
    }
  }

  private void answer(long call, int status, String message) {
    context.order(new AnswerExecutor(call, status, message));
  }

  private Optional<String> invalidReason(Call call) {
    return switch (call.getType()) {
      case SUBSCRIBE ->
          call.hasSubscribe()
              ? call.getSubscribe().getUnacknowledgedUpdatesList().stream()
                  .flatMap(update -> invalidReason(call, update.getStatus()).stream())
                  .findFirst()
              : Optional.of("Expecting 'subscribe' to be present");
      case UPDATE ->
          call.hasUpdate()
              ? invalidReason(call, call.getUpdate().getStatus())
              : Optional.of("Expecting 'update' to be present");
      case MESSAGE ->
          call.hasMessage() ? Optional.empty() : Optional.of("Expecting 'message' to be present");
      case HEARTBEAT, UNKNOWN -> Optional.empty();
    };
  }

  private Optional<String> invalidReason(Call call, TaskStatus status) {
    if (status.getUuid().size() != UUID_BYTES) {
      return Optional.of("'uuid' of a status must be 16 bytes, made by the executor");
    }
    if (status.hasSource() && status.getSource() != TaskStatus.Source.SOURCE_EXECUTOR) {
      return Optional.of("'source' must be SOURCE_EXECUTOR, or absent");
    }
    if (!ExecutorTaskTransitions.isForExecutorsToSay(status.getState())) {
      return Optional.of(status.getState() + " is not an executor's to say");
    }
    if (status.hasExecutorId() && !status.getExecutorId().equals(call.getExecutorId())) {
      return Optional.of("'executor_id' of the status is another executor's");
    }
    if (status.hasAgentId()
        && !status.getAgentId().equals(context.identity().idOrThrow().toProto())) {
      return Optional.of("'agent_id' of the status is another agent's");
    }
    return Optional.empty();
  }

  // ---- subscribing ----

  private void subscribe(AgentExecutor executor, long call, Call.Subscribe message) {
    log.info("Executor {} subscribes", executor.key());
    executors.connect(executor, call);
    context.order(new OpenExecutor(call));
    executors.send(executor, subscribed(executor));
    context.order(new SetTimer(new ExecutorHeartbeat(executor.container()), HEARTBEAT));
    message
        .getUnacknowledgedUpdatesList()
        .forEach(update -> slices.deliveries().updated(executor, update.getStatus()));
    if (executor.state() == ExecutorState.TERMINATING) {
      // Its time runs already.
      slices.shutdowns().sayShutdown(executor);
      return;
    }
    context.order(new CancelTimer(new ExecutorOverdue(executor.container())));
    List<TaskId> held =
        message.getUnacknowledgedTasksList().stream()
            .map(TaskInfo::getTaskId)
            .map(TaskId::of)
            .toList();
    slices.deliveries().dropWhatIsMissing(executor, held);
    if (executor.state() == ExecutorState.TERMINATING) {
      return;
    }
    executors.become(executor, ExecutorState.RUNNING);
    slices.deliveries().deliverQueued(executor);
    slices.deliveries().repeatKills(executor);
  }

  private Event.Builder subscribed(AgentExecutor executor) {
    return Event.newBuilder()
        .setType(Event.Type.SUBSCRIBED)
        .setSubscribed(
            Event.Subscribed.newBuilder()
                .setExecutorInfo(executor.info())
                .setFrameworkInfo(slices.frameworks().of(executor).info())
                .setAgentInfo(context.identity().info())
                .setContainerId(executor.container().toProto()));
  }

  void disconnected(long connection) {
    executors
        .disconnected(connection)
        .ifPresent(executor -> {
          log.info("Executor {} is disconnected", executor.key());
          slices.shutdowns().awaitReturn(executor);
        });
  }

  void heartbeat(ContainerId container) {
    executors
        .find(container)
        .filter(AgentExecutor::isConnected)
        .ifPresent(executor -> {
          executors.send(executor, Event.newBuilder().setType(Event.Type.HEARTBEAT));
          context.order(new SetTimer(new ExecutorHeartbeat(container), HEARTBEAT));
        });
  }

  // ---- everything else ----

  private void take(AgentExecutor executor, Call call) {
    switch (call.getType()) {
      case UPDATE -> slices.deliveries().updated(executor, call.getUpdate().getStatus());
      case MESSAGE -> forward(executor, call.getMessage());
      case HEARTBEAT -> log.debug("Heartbeat of executor {}", executor.key());
      case SUBSCRIBE, UNKNOWN ->
          throw new IllegalStateException(call.getType() + " is answered elsewhere");
    }
  }

  private void forward(AgentExecutor executor, Call.Message message) {
    if (!link.isRegistered()) {
      log.info("Message of executor {} dropped: no master", executor.key());
      return;
    }
    link.send(
        AgentMessage.newBuilder()
            .setFrameworkMessage(
                FrameworkMessage.newBuilder()
                    .setFrameworkId(executor.key().framework().toProto())
                    .setExecutorId(executor.key().executor().toProto())
                    .setData(message.getData()))
            .build());
  }
}
