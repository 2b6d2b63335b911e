package io.meseta.agent.core;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskInfo;

/**
 * What the agent says of itself when a link opens: who it is and everything that it holds.
 *
 * <p>Every task is listed, but of each only what is durable. One that is received and not yet
 * written down is STAGING: it must be listed, or the master would take it for lost while it is
 * about to be launched.
 */
final class Registration {

  private Registration() {}

  static AgentMessage message(AgentIdentity identity, AgentSettings settings, AgentSlices slices) {
    Frameworks frameworks = slices.frameworks();
    Register.Builder register =
        Register.newBuilder()
            .setAgent(identity.info())
            .setVersion(settings.version())
            .setProcessId(identity.runId());
    settings.ip().ifPresent(register::setIp);
    register.setHttps(settings.https());
    register.setCondition(slices.condition().register());
    for (AgentFramework framework : frameworks.all()) {
      register.addFrameworks(framework.info());
    }
    slices.executors().all().forEach(executor -> register.addExecutors(describe(executor)));
    for (AgentTask task : slices.tasks().all()) {
      register.addTasks(describe(task, frameworks.of(task).info(), identity));
    }
    register.addAllRememberedResources(slices.operations().remembered());
    register.addAllOperations(slices.operations().updates());
    return AgentMessage.newBuilder().setRegister(register).build();
  }

  private static ExecutorInfo describe(AgentExecutor executor) {
    return executor.info().toBuilder().setFrameworkId(executor.key().framework().toProto()).build();
  }

  private static Task describe(AgentTask task, FrameworkInfo framework, AgentIdentity identity) {
    TaskInfo info = task.info();
    Task.Builder description =
        Task.newBuilder()
            .setName(info.getName())
            .setTaskId(info.getTaskId())
            .setFrameworkId(task.key().framework().toProto())
            .setAgentId(identity.idOrThrow().toProto())
            .setState(task.toldState())
            .addAllResources(info.getResourcesList())
            .putAllLimits(info.getLimitsMap())
            .setUser(user(info, framework));
    task.told().ifPresent(description::addStatuses);
    task.stream()
        .head()
        .ifPresent(head ->
            description.setStatusUpdateState(head.getState()).setStatusUpdateUuid(head.getUuid()));
    copyOptional(info, description);
    return description.build();
  }

  private static String user(TaskInfo info, FrameworkInfo framework) {
    return info.getCommand().hasUser() ? info.getCommand().getUser() : framework.getUser();
  }

  private static void copyOptional(TaskInfo info, Task.Builder description) {
    if (info.hasExecutor()) {
      description.setExecutorId(info.getExecutor().getExecutorId());
    }
    if (info.hasLabels()) {
      description.setLabels(info.getLabels());
    }
    if (info.hasDiscovery()) {
      description.setDiscovery(info.getDiscovery());
    }
    if (info.hasContainer()) {
      description.setContainer(info.getContainer());
    }
    if (info.hasHealthCheck()) {
      description.setHealthCheck(info.getHealthCheck());
    }
    if (info.hasKillPolicy()) {
      description.setKillPolicy(info.getKillPolicy());
    }
  }
}
