package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.AdoptContainer;
import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.CloseLink;
import io.meseta.agent.core.AgentEffect.KillContainer;
import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.agent.core.AgentEffect.ObserveContainers;
import io.meseta.agent.core.AgentEffect.OpenLink;
import io.meseta.agent.core.AgentEffect.RemoveContainer;
import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentEffect.Terminate;
import io.meseta.agent.core.AgentEffect.WriteJournal;
import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.JournalChange.DeleteAgent;
import io.meseta.agent.journal.JournalChange.DeleteFramework;
import io.meseta.agent.journal.JournalChange.DeleteTask;
import io.meseta.agent.journal.JournalChange.PutAgent;
import io.meseta.agent.journal.JournalChange.PutFramework;
import io.meseta.agent.journal.JournalChange.PutTask;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Effects in short words, so that a test can say exactly what it expects. A container is called by
 * its task's name.
 */
final class EffectText {

  private final Map<ContainerId, String> taskOfContainer = new LinkedHashMap<>();

  void learn(AgentEffect effect) {
    if (effect instanceof WriteJournal write) {
      for (JournalChange change : write.changes()) {
        if (change instanceof JournalChange.PutExecutor put) {
          taskOfContainer.put(
              ContainerId.of(put.executor().getContainerId()),
              put.executor().getExecutor().getExecutorId().getValue());
        }
        if (change instanceof PutTask put) {
          taskOfContainer.putIfAbsent(
              ContainerId.of(put.task().getContainerId()),
              put.task().getTask().getTaskId().getValue());
        }
      }
    }
  }

  String of(AgentEffect effect) {
    return switch (effect) {
      case OpenLink e -> "open " + e.linkId() + " " + e.leader().masterId();
      case CloseLink e -> "close " + e.linkId();
      case SendToMaster e -> "send " + e.linkId() + " " + message(e.message());
      case WriteJournal e ->
          "write "
              + e.sequence()
              + " ["
              + e.changes().stream().map(EffectText::change).collect(Collectors.joining(", "))
              + "]";
      case ObserveContainers e -> "observe " + e.agent();
      case LaunchContainer e -> "launch " + name(e.spec().container());
      case AgentEffect.StartContainer e -> "start " + name(e.container());
      case AdoptContainer e -> "adopt " + name(e.spec().container());
      case KillContainer e -> "kill " + name(e.container()) + " " + e.grace();
      case RemoveContainer e -> "remove " + name(e.container());
      case AgentEffect.CreateVolumes e ->
          "create " + volumes(e.volumes().stream().map(MadeVolume::volume).toList());
      case AgentEffect.RemoveVolumes e -> "destroy " + volumes(e.volumes());
      case AgentEffect.KeepVolumes e ->
          "keep volumes [" + volumes(e.volumes().stream().map(MadeVolume::volume).toList()) + "]";
      case AgentEffect.RunCheck e ->
          "ask " + name(e.request().container()) + " " + e.request().target();
      case SetTimer e -> "timer " + timer(e.timer()) + " " + e.after();
      case CancelTimer e -> "cancel " + timer(e.timer());
      case Terminate e -> "terminate: " + e.reason();
      case AgentEffect.UpdateContainer e ->
          "update " + name(e.container()) + " to " + read(e.sized().getResourcesList());
      case AgentEffect.AnswerExecutor e ->
          "answer "
              + e.call()
              + " "
              + e.status()
              + (e.message().isEmpty() ? "" : " " + e.message());
      case AgentEffect.OpenExecutor e -> "open executor " + e.call();
      case AgentEffect.SendToExecutor e -> "tell " + e.connection() + " " + event(e.event());
      case AgentEffect.CloseExecutor e -> "close executor " + e.connection();
    };
  }

  List<String> of(List<AgentEffect> effects) {
    return effects.stream().map(this::of).toList();
  }

  private String name(ContainerId container) {
    return taskOfContainer.getOrDefault(container, container.value());
  }

  private String timer(AgentTimer timer) {
    return switch (timer) {
      case AgentTimer.Reconnect t -> "reconnect";
      case AgentTimer.MasterSilent t -> "silent " + t.linkId();
      case AgentTimer.ResendUpdate t -> "resend " + t.task();
      case AgentTimer.ResendOperation t -> "resend operation " + t.operation().toStringUtf8();
      case AgentTimer.ObserveContainers t -> "observe";
      case AgentTimer.CompletionTimeReached t -> "completion " + name(t.container());
      case AgentTimer.CheckDue t -> "check " + t.kind() + " " + name(t.container());
      case AgentTimer.RetryJournal t -> "journal";
      case AgentTimer.ExecutorOverdue t -> "overdue " + name(t.container());
      case AgentTimer.ExecutorHeartbeat t -> "heartbeat " + name(t.container());
      case AgentTimer.ExecutorDrainOverdue t -> "drain overdue " + name(t.container());
      case AgentTimer.TaskTimeReached t -> "time of " + t.task();
    };
  }

  private static String change(JournalChange change) {
    return switch (change) {
      case PutAgent put -> agent(put.agent());
      case DeleteAgent d -> "-agent";
      case PutFramework put ->
          "framework "
              + put.framework().getInfo().getId().getValue()
              + (put.framework().getShutDown() ? " shut down" : "");
      case DeleteFramework delete -> "-framework " + delete.framework();
      case PutTask put -> task(put.task());
      case DeleteTask delete -> "-task " + delete.task();
      case JournalChange.PutExecutor put ->
          "executor "
              + put.executor().getExecutor().getExecutorId().getValue()
              + " "
              + put.executor().getState()
              + (put.executor().getDrained() ? " drained" : "");
      case JournalChange.DeleteExecutor delete -> "-executor " + delete.executor();
    };
  }

  private static String agent(AgentRecord record) {
    return "agent "
        + record.getInfo().getId().getValue()
        + (record.getRememberedResourcesCount() > 0
            ? " with " + read(record.getRememberedResourcesList())
            : "")
        + (record.getOperationsCount() > 0 ? " +" + record.getOperationsCount() : "");
  }

  private static String volumes(List<Resource> volumes) {
    return volumes.stream()
        .map(volume -> volume.getDisk().getPersistence().getId())
        .collect(Collectors.joining(", "));
  }

  static Resources read(List<Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  private static String task(TaskRecord record) {
    return "task "
        + record.getTask().getTaskId().getValue()
        + " "
        + record.getState()
        + " +"
        + record.getPendingCount()
        + (record.getKillRequested() ? " kill" : "")
        + (record.getContainerEnded() ? " ended" : "")
        + (record.getDelivered() ? " delivered" : "");
  }

  private static String event(Event event) {
    return switch (event.getType()) {
      case SUBSCRIBED -> "SUBSCRIBED " + event.getSubscribed().getContainerId().isInitialized();
      case LAUNCH -> "LAUNCH " + event.getLaunch().getTask().getTaskId().getValue();
      case LAUNCH_GROUP ->
          "LAUNCH_GROUP "
              + event.getLaunchGroup().getTaskGroup().getTasksList().stream()
                  .map(task -> task.getTaskId().getValue())
                  .toList();
      case KILL ->
          "KILL "
              + event.getKill().getTaskId().getValue()
              + (event.getKill().hasKillPolicy()
                  ? " " + Nanos.toDuration(event.getKill().getKillPolicy().getGracePeriod())
                  : "");
      case ACKNOWLEDGED ->
          "ACKNOWLEDGED "
              + event.getAcknowledged().getTaskId().getValue()
              + " "
              + event.getAcknowledged().getUuid().toStringUtf8().strip();
      case MESSAGE -> "MESSAGE " + event.getMessage().getData().toStringUtf8();
      case ERROR, SHUTDOWN, HEARTBEAT, UNKNOWN -> event.getType().name();
    };
  }

  private static String message(AgentMessage message) {
    return switch (message.getPayloadCase()) {
      case REGISTER -> "register " + register(message.getRegister());
      case STATUS_UPDATE ->
          "update "
              + message.getStatusUpdate().getStatus().getTaskId().getValue()
              + " "
              + message.getStatusUpdate().getStatus().getState()
              + " latest "
              + message.getStatusUpdate().getLatestState();
      case OPERATION_UPDATE ->
          "operation "
              + message.getOperationUpdate().getOperationUuid().toStringUtf8()
              + " "
              + message.getOperationUpdate().getStatus().getState();
      case CONDITION ->
          message.getCondition().hasDegraded()
              ? "degraded: " + message.getCondition().getDegraded()
              : "well";
      case LEAVING -> "leaving";
      case PONG -> "pong";
      case FRAMEWORK_MESSAGE ->
          "message of "
              + message.getFrameworkMessage().getExecutorId().getValue()
              + " "
              + message.getFrameworkMessage().getData().toStringUtf8();
      case EXECUTOR_EXITED ->
          "exited "
              + message.getExecutorExited().getExecutorId().getValue()
              + " "
              + message.getExecutorExited().getStatus();
      case PAYLOAD_NOT_SET -> throw new AssertionError("Never sent by this agent: " + message);
    };
  }

  private static String register(Register register) {
    String id = register.getAgent().hasId() ? register.getAgent().getId().getValue() : "new";
    String tasks =
        register.getTasksList().stream().map(EffectText::task).collect(Collectors.joining(", "));
    String remembered =
        register.getRememberedResourcesCount() > 0
            ? " with " + read(register.getRememberedResourcesList())
            : "";
    String operations =
        register.getOperationsList().stream()
            .map(EffectText::operation)
            .collect(Collectors.joining());
    String executors =
        register.getExecutorsList().stream()
            .map(executor -> " executor " + executor.getExecutorId().getValue())
            .collect(Collectors.joining());
    return id + " [" + tasks + "]" + remembered + operations + executors;
  }

  private static String operation(OperationUpdate update) {
    return " "
        + update.getOperationUuid().toStringUtf8()
        + " "
        + update.getOperation().getType()
        + " "
        + update.getStatus().getState();
  }

  private static String task(Task task) {
    String waiting = task.hasStatusUpdateState() ? " waiting " + task.getStatusUpdateState() : "";
    return task.getTaskId().getValue() + " " + task.getState() + waiting;
  }
}
