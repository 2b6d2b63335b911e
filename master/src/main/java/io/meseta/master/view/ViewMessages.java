package io.meseta.master.view;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TimeInfo;
import io.meseta.api.v1.master.Response;
import io.meseta.common.pages.AgentCapabilities;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/** What a view shows, in the messages of the operator API. */
public final class ViewMessages {

  private ViewMessages() {}

  /** All of it. */
  public static Response.GetState state(MasterView view) {
    Response.GetTasks.Builder tasks = Response.GetTasks.newBuilder();
    Response.GetExecutors.Builder executors = Response.GetExecutors.newBuilder();
    Response.GetFrameworks.Builder frameworks = Response.GetFrameworks.newBuilder();
    for (FrameworkView framework : view.frameworks().values()) {
      frameworks.addFrameworks(framework(framework));
      framework.tasks().forEach(task -> tasks.addTasks(task.task()));
      framework.unreachableTasks().forEach(task -> tasks.addUnreachableTasks(task.task()));
      framework.completedTasks().values().forEach(task -> tasks.addCompletedTasks(task.task()));
      framework
          .executors()
          .values()
          .forEach(executor -> executors.addExecutors(executor(executor)));
    }
    for (FrameworkView framework : view.completedFrameworks().values()) {
      frameworks.addCompletedFrameworks(framework(framework));
      framework.completedTasks().values().forEach(task -> tasks.addCompletedTasks(task.task()));
    }
    return Response.GetState.newBuilder()
        .setGetTasks(tasks)
        .setGetExecutors(executors)
        .setGetFrameworks(frameworks)
        .setGetAgents(agents(view))
        .build();
  }

  private static Response.GetAgents agents(MasterView view) {
    Response.GetAgents.Builder agents = Response.GetAgents.newBuilder();
    for (AgentView agent : view.agents().values()) {
      switch (agent.standing()) {
        case CONNECTED, DISCONNECTED -> agents.addAgents(agent(agent));
        case RECOVERED -> agents.addRecoveredAgents(agent.info());
        case UNREACHABLE, GONE -> {}
      }
    }
    return agents.build();
  }

  /** An agent that is registered. */
  public static Response.GetAgents.Agent agent(AgentView agent) {
    Response.GetAgents.Agent.Builder built =
        Response.GetAgents.Agent.newBuilder()
            .setAgentInfo(agent.info())
            .setActive(agent.isActive())
            .setDeactivated(agent.deactivated())
            .setVersion(Version.OF_API)
            .setPid(agent.pid())
            .setRegisteredTime(time(agent.registeredAt()))
            .addAllTotalResources(toProto(agent.total()))
            .addAllAllocatedResources(toProto(agent.used()))
            .addAllOfferedResources(toProto(agent.offered()))
            .addAllCapabilities(AgentCapabilities.ALL);
    agent.reregisteredAt().ifPresent(at -> built.setReregisteredTime(time(at)));
    agent
        .draining()
        .ifPresent(draining ->
            built.setDrainInfo(draining.info()).setEstimatedDrainStartTime(time(draining.since())));
    return built.build();
  }

  private static List<Resource> toProto(Resources resources) {
    return resources.toProto(ReservationFormat.REFINED);
  }

  /** A framework, that is gone or not. */
  public static Response.GetFrameworks.Framework framework(FrameworkView framework) {
    Response.GetFrameworks.Framework.Builder built =
        Response.GetFrameworks.Framework.newBuilder()
            .setFrameworkInfo(framework.info())
            .setActive(framework.connected())
            .setConnected(framework.connected())
            .setRecovered(framework.recovered())
            .setRegisteredTime(time(framework.registeredAt()))
            .addAllAllocatedResources(allocatedTo(RoleHoldings.used(framework)))
            .addAllOfferedResources(allocatedTo(RoleHoldings.offered(framework)));
    framework.reregisteredAt().ifPresent(at -> built.setReregisteredTime(time(at)));
    framework.unregisteredAt().ifPresent(at -> built.setUnregisteredTime(time(at)));
    framework.offers().values().forEach(offer -> built.addOffers(offer.offer()));
    if (framework.offerConstraints().getRoleConstraintsCount() > 0) {
      built.setOfferConstraints(framework.offerConstraints());
    }
    return built.build();
  }

  private static List<Resource> allocatedTo(SortedMap<String, Resources> byRole) {
    List<Resource> all = new ArrayList<>();
    byRole.forEach((role, resources) ->
        all.addAll(resources.toProto(Optional.of(role), ReservationFormat.REFINED)));
    return all;
  }

  /** An executor. */
  public static Response.GetExecutors.Executor executor(ExecutorView executor) {
    return Response.GetExecutors.Executor.newBuilder()
        .setExecutorInfo(executor.info())
        .setAgentId(executor.agent().toProto())
        .build();
  }

  private static TimeInfo time(Instant at) {
    return TimeInfo.newBuilder()
        .setNanoseconds(TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano())
        .build();
  }
}
