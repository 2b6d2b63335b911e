package io.meseta.agent.core;

import io.meseta.api.link.v1.AcknowledgeStatus;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ExecutorMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.link.v1.Registered;
import io.meseta.api.link.v1.Rejected;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.link.v1.ShutdownExecutor;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.link.v1.UpdateFramework;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the master says, given to the slice that it concerns. */
final class MasterMessages {

  private static final Logger log = LoggerFactory.getLogger(MasterMessages.class);

  private final CoreContext context;
  private final AgentSlices slices;

  MasterMessages(CoreContext context, AgentSlices slices) {
    this.context = context;
    this.slices = slices;
  }

  /** Takes a message of the current link. */
  void take(MasterMessage message) {
    slices.link().heard();
    switch (message.getPayloadCase()) {
      case REGISTERED -> registered(message.getRegistered());
      case REJECTED -> rejected(message.getRejected());
      case PING ->
          slices.link().send(AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()).build());
      case RUN_TASK,
          KILL_TASK,
          ACKNOWLEDGE_STATUS,
          SHUTDOWN_FRAMEWORK,
          EXECUTOR_MESSAGE,
          UPDATE_FRAMEWORK,
          SHUTDOWN_EXECUTOR,
          DRAIN,
          STOP_DRAINING,
          APPLY_OPERATION,
          ACKNOWLEDGE_OPERATION,
          RUN_TASK_GROUP ->
          takeOrder(message);
      case PAYLOAD_NOT_SET -> refuse("a message of a kind that this agent does not know");
    }
  }

  private void takeOrder(MasterMessage message) {
    if (!slices.link().isRegistered()) {
      refuse(message.getPayloadCase() + " before the agent is registered");
      return;
    }
    switch (message.getPayloadCase()) {
      case RUN_TASK -> run(message.getRunTask());
      case RUN_TASK_GROUP -> slices.executorLaunches().runGroup(message.getRunTaskGroup());
      case KILL_TASK -> slices.kills().kill(message.getKillTask());
      case ACKNOWLEDGE_STATUS -> acknowledge(message.getAcknowledgeStatus());
      case SHUTDOWN_FRAMEWORK -> shutDown(message.getShutdownFramework());
      case UPDATE_FRAMEWORK -> update(message.getUpdateFramework());
      case DRAIN -> slices.draining().begin(message.getDrain());
      case STOP_DRAINING -> slices.draining().stop();
      case APPLY_OPERATION -> slices.operations().apply(message.getApplyOperation());
      case ACKNOWLEDGE_OPERATION ->
          slices.operations().acknowledge(message.getAcknowledgeOperation());
      case EXECUTOR_MESSAGE -> pass(message.getExecutorMessage());
      case SHUTDOWN_EXECUTOR -> shutDown(message.getShutdownExecutor());
      case REGISTERED, REJECTED, PING, PAYLOAD_NOT_SET ->
          throw new IllegalStateException("Not an order: " + message.getPayloadCase());
    }
  }

  private void run(RunTask order) {
    if (order.getTask().hasExecutor()) {
      slices.executorLaunches().run(order);
    } else {
      slices.launches().run(order);
    }
  }

  private Optional<AgentExecutor> executor(FrameworkID framework, ExecutorID id, String what) {
    ExecutorKey key = new ExecutorKey(FrameworkId.of(framework), ExecutorId.of(id));
    Optional<AgentExecutor> executor = slices.executors().find(key);
    if (executor.isEmpty()) {
      log.info("{} for executor {} ignored: it is not here", what, key);
    }
    return executor;
  }

  private void pass(ExecutorMessage message) {
    executor(message.getFrameworkId(), message.getExecutorId(), "A message")
        .ifPresent(found -> slices.executorSlices().deliveries().message(found, message.getData()));
  }

  private void shutDown(ShutdownExecutor order) {
    executor(order.getFrameworkId(), order.getExecutorId(), "A shutdown")
        .ifPresent(slices.executorSlices().shutdowns()::shutDown);
  }

  private void registered(Registered answer) {
    AgentId id = AgentId.of(answer.getAgentId());
    Optional<AgentId> own = context.identity().id();
    if (id.value().isEmpty() || own.filter(known -> !known.equals(id)).isPresent()) {
      refuse("a registration as agent '" + id + "'");
      slices.link().giveUp("the master takes this agent for another one");
      return;
    }
    if (!slices.link().isRegistering()) {
      refuse("a registration that was not asked for");
      return;
    }
    if (own.isEmpty()) {
      context.identity().assign(id);
      slices.recovery().observeLater();
    }
    slices.link().registered(answer);
    slices.streams().sendAgain(slices.tasks().all());
    slices.operations().sendAgain();
    if (answer.hasDrain()) {
      slices.draining().begin(answer.getDrain());
    } else {
      slices.draining().stop();
    }
  }

  private void rejected(Rejected answer) {
    if (answer.getPermanent()) {
      slices.retirement().begin(answer.getReason());
    } else {
      slices.link().giveUp("the master does not admit this agent: " + answer.getReason());
    }
  }

  private void acknowledge(AcknowledgeStatus ack) {
    TaskKey key = new TaskKey(FrameworkId.of(ack.getFrameworkId()), TaskId.of(ack.getTaskId()));
    Optional<AgentTask> task =
        slices.tasks().find(key).filter(found -> found.stream().headIs(ack.getUuid()));
    if (task.isPresent()) {
      slices.tasks().acknowledged(task.get());
    } else {
      // Normal after an update was sent twice: both are acknowledged.
      context.count(AgentCounter.STALE_ACKNOWLEDGEMENTS);
      log.debug("Acknowledgement for task {} ignored: it is not for the update on the way", key);
    }
  }

  private void shutDown(ShutdownFramework order) {
    slices.operations().shutDown(FrameworkId.of(order.getFrameworkId()));
    Optional<AgentFramework> found =
        slices.frameworks().find(FrameworkId.of(order.getFrameworkId()));
    if (found.isEmpty()) {
      log.debug("Framework {} has nothing here to be ended", order.getFrameworkId().getValue());
      return;
    }
    AgentFramework framework = found.get();
    log.info("Framework {} is ended with all its tasks", framework.id());
    framework.shutDown();
    context.journal().save(framework);
    for (AgentTask task : slices.tasks().of(framework.id())) {
      slices.streams().close(task);
      if (task.ended()) {
        slices.tasks().tellEndOnce(task);
      } else {
        context.journal().save(task);
        if (task.hasOwnContainer()) {
          slices.kills().kill(task);
        }
      }
    }
    slices.executors().of(framework.id()).forEach(slices.executorSlices().shutdowns()::shutDown);
  }

  private void update(UpdateFramework news) {
    FrameworkId id = FrameworkId.of(news.getFramework().getId());
    if (news.getSubscribedAgain()) {
      slices.operations().sendAgain(id);
    }
    if (slices.frameworks().find(id).isPresent()) {
      slices.frameworks().learn(id, news.getFramework());
      if (news.getSubscribedAgain()) {
        // What was sent before may have come to nobody.
        slices.streams().sendAgain(slices.tasks().of(id));
      }
    } else {
      log.debug("Framework {} has nothing here, its new description is not kept", id);
    }
  }

  private void refuse(String what) {
    context.count(AgentCounter.REFUSED_MESSAGES);
    log.warn("Refused from the master: {}", what);
  }
}
