package io.meseta.master.core;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.DrainConfig;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.quota.QuotaRequest;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.Quota;
import io.meseta.master.registry.v1.AgentRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of the operator API that change something, after the edge has checked their form.
 *
 * <p>Each is answered when the registry holds what it asks for: 200. Otherwise as in Mesos: for an
 * agent that the cluster does not have 404 to MARK_AGENT_GONE and 400 to the others, which take a
 * gone one for unknown, too; 409 for one that is being declared gone; 400 for a framework that is
 * not there. Unlike Mesos, to ask for what is so already is always answered with 200, so that a
 * caller who lost the answer may repeat the call.
 */
final class OperatorCalls {

  private static final Logger log = LoggerFactory.getLogger(OperatorCalls.class);

  private final Cluster cluster;
  private final Frameworks frameworks;
  private final GoneAgents goneAgents;
  private final Drains drains;
  private final RolePolicies rolePolicies;
  private final Maintenance maintenance;
  private final OperatorOperations operations;

  OperatorCalls(
      Cluster cluster,
      Frameworks frameworks,
      GoneAgents goneAgents,
      Drains drains,
      RolePolicies rolePolicies,
      Maintenance maintenance,
      OperatorOperations operations) {
    this.cluster = cluster;
    this.frameworks = frameworks;
    this.goneAgents = goneAgents;
    this.drains = drains;
    this.rolePolicies = rolePolicies;
    this.maintenance = maintenance;
    this.operations = operations;
  }

  @SuppressWarnings("deprecation") // SET_QUOTA and REMOVE_QUOTA: older tools send them.
  void handle(MasterEvent.OperatorCallReceived event) {
    Call call = event.call();
    switch (call.getType()) {
      case MARK_AGENT_GONE -> markGone(event, call.getMarkAgentGone().getAgentId());
      case DRAIN_AGENT -> drain(event, call.getDrainAgent());
      case DEACTIVATE_AGENT -> deactivate(event, call.getDeactivateAgent().getAgentId());
      case REACTIVATE_AGENT -> reactivate(event, call.getReactivateAgent().getAgentId());
      case TEARDOWN -> tearDown(event, FrameworkId.of(call.getTeardown().getFrameworkId()));
      case UPDATE_WEIGHTS ->
          refuseIf(
              event,
              rolePolicies.updateWeights(
                  call.getUpdateWeights().getWeightInfosList(),
                  unused -> cluster.outbox.done(event.exchange())));
      case UPDATE_QUOTA -> updateQuota(event, call.getUpdateQuota());
      case SET_QUOTA -> setQuota(event, call.getSetQuota().getQuotaRequest());
      case REMOVE_QUOTA -> removeQuota(event, call.getRemoveQuota().getRole());
      case UPDATE_MAINTENANCE_SCHEDULE -> plan(event, call.getUpdateMaintenanceSchedule());
      case START_MAINTENANCE -> startMaintenance(event, call.getStartMaintenance());
      case STOP_MAINTENANCE -> stopMaintenance(event, call.getStopMaintenance());
      case RESERVE_RESOURCES,
          UNRESERVE_RESOURCES,
          CREATE_VOLUMES,
          DESTROY_VOLUMES,
          GROW_VOLUME,
          SHRINK_VOLUME ->
          operations.handle(event, OperatorResources.agent(call), OperatorResources.of(call));
      default ->
          cluster.outbox.refused(
              event.exchange(),
              501,
              "Call " + call.getType() + " is not implemented by this master");
    }
  }

  private void markGone(MasterEvent.OperatorCallReceived event, AgentID id) {
    Agent agent = agent(id);
    if (agent == null) {
      refuseUnknown(event, 404, id);
    } else if (isGone(agent)) {
      // Already so, or about to be: then the answer waits for it.
      cluster.records.whenDurable(unused -> cluster.outbox.done(event.exchange()));
    } else {
      goneAgents.declare(agent, event.at(), unused -> cluster.outbox.done(event.exchange()));
    }
  }

  /** Null for one that the registry does not hold, or is about to forget. */
  private @Nullable Agent agent(AgentID id) {
    Agent agent = cluster.agents.get(AgentId.of(id));
    return agent == null || cluster.records.agent(agent.id).isEmpty() ? null : agent;
  }

  private void drain(MasterEvent.OperatorCallReceived event, Call.DrainAgent call) {
    serviceable(event, call.getAgentId())
        .ifPresent(agent -> {
          log.info("Draining of agent {} is asked for: {}", agent, config(call));
          drains.drain(
              agent, config(call), event.at(), unused -> cluster.outbox.done(event.exchange()));
        });
  }

  private static DrainConfig config(Call.DrainAgent call) {
    DrainConfig.Builder config = DrainConfig.newBuilder().setMarkGone(call.getMarkGone());
    if (call.hasMaxGracePeriod()) {
      long nanos =
          Math.addExact(
              Math.multiplyExact(call.getMaxGracePeriod().getSeconds(), 1_000_000_000L),
              call.getMaxGracePeriod().getNanos());
      config.setMaxGracePeriod(DurationInfo.newBuilder().setNanoseconds(nanos));
    }
    return config.build();
  }

  private void deactivate(MasterEvent.OperatorCallReceived event, AgentID id) {
    serviceable(event, id)
        .ifPresent(agent -> {
          log.info("Agent {} is deactivated by an operator", agent);
          drains.deactivate(agent, unused -> cluster.outbox.done(event.exchange()));
        });
  }

  private void reactivate(MasterEvent.OperatorCallReceived event, AgentID id) {
    serviceable(event, id)
        .ifPresent(agent -> {
          log.info("Agent {} is reactivated by an operator", agent);
          drains.reactivate(agent, unused -> cluster.outbox.done(event.exchange()));
        });
  }

  /** The agent, if it is part of the cluster and stays so; otherwise the call is answered. */
  private Optional<Agent> serviceable(MasterEvent.OperatorCallReceived event, AgentID id) {
    Agent agent = agent(id);
    if (agent == null || agent.state() == AgentState.GONE) {
      refuseUnknown(event, 400, id);
      return Optional.empty();
    }
    if (isGone(agent)) {
      cluster.outbox.refused(
          event.exchange(), 409, "Agent " + id.getValue() + " is being marked as gone");
      return Optional.empty();
    }
    return Optional.of(agent);
  }

  private boolean isGone(Agent agent) {
    return cluster.records.agentOrThrow(agent).getState() == AgentRecord.State.GONE;
  }

  private void refuseUnknown(MasterEvent.OperatorCallReceived event, int status, AgentID id) {
    cluster.outbox.refused(
        event.exchange(), status, "Agent " + id.getValue() + " is not part of this cluster");
  }

  private void updateQuota(MasterEvent.OperatorCallReceived event, Call.UpdateQuota call) {
    Optional<String> doubtful =
        call.getForce() ? Optional.empty() : rolePolicies.doubtful(call.getQuotaConfigsList());
    if (doubtful.isPresent()) {
      cluster.outbox.refused(
          event.exchange(),
          400,
          "The quota is not set: " + doubtful.get() + "; 'force' sets it nevertheless");
      return;
    }
    refuseIf(
        event,
        rolePolicies.updateQuotas(
            call.getQuotaConfigsList(), unused -> cluster.outbox.done(event.exchange())));
  }

  private void refuseIf(MasterEvent.OperatorCallReceived event, Optional<String> problem) {
    problem.ifPresent(reason -> cluster.outbox.refused(event.exchange(), 400, reason));
  }

  /** As Mesos had it before there were limits: the role is to have so much, and no more. */
  private void setQuota(MasterEvent.OperatorCallReceived event, QuotaRequest request) {
    QuotaConfig config = Quota.configOf(request);
    if (rolePolicies.hasQuota(config.getRole())) {
      cluster.outbox.refused(
          event.exchange(), 400, "Role '" + config.getRole() + "' already has quota");
      return;
    }
    Optional<String> doubtful =
        request.getForce() ? Optional.empty() : rolePolicies.doubtful(List.of(config));
    if (doubtful.isPresent()) {
      cluster.outbox.refused(
          event.exchange(),
          409,
          "The quota is not set: " + doubtful.get() + "; 'force' sets it nevertheless");
      return;
    }
    refuseIf(
        event,
        rolePolicies.updateQuotas(
            List.of(config), unused -> cluster.outbox.done(event.exchange())));
  }

  private void removeQuota(MasterEvent.OperatorCallReceived event, String role) {
    if (!rolePolicies.hasQuota(role)) {
      cluster.outbox.refused(event.exchange(), 400, "Role '" + role + "' has no quota set");
      return;
    }
    refuseIf(
        event,
        rolePolicies.updateQuotas(
            List.of(QuotaConfig.newBuilder().setRole(role).build()),
            unused -> cluster.outbox.done(event.exchange())));
  }

  private void plan(MasterEvent.OperatorCallReceived event, Call.UpdateMaintenanceSchedule call) {
    Optional<String> problem = maintenance.updateProblem(call.getSchedule());
    if (problem.isPresent()) {
      cluster.outbox.refused(event.exchange(), 400, problem.get());
    } else {
      maintenance.update(call.getSchedule(), unused -> cluster.outbox.done(event.exchange()));
    }
  }

  private void startMaintenance(
      MasterEvent.OperatorCallReceived event, Call.StartMaintenance call) {
    Optional<String> problem = maintenance.startProblem(call.getMachinesList());
    if (problem.isPresent()) {
      cluster.outbox.refused(event.exchange(), 400, problem.get());
    } else {
      maintenance.start(call.getMachinesList(), unused -> cluster.outbox.done(event.exchange()));
    }
  }

  private void stopMaintenance(MasterEvent.OperatorCallReceived event, Call.StopMaintenance call) {
    Optional<String> problem = maintenance.stopProblem(call.getMachinesList());
    if (problem.isPresent()) {
      cluster.outbox.refused(event.exchange(), 400, problem.get());
    } else {
      maintenance.stop(call.getMachinesList(), unused -> cluster.outbox.done(event.exchange()));
    }
  }

  private void tearDown(MasterEvent.OperatorCallReceived event, FrameworkId id) {
    Framework framework = cluster.frameworks.get(id);
    if (framework == null) {
      cluster.outbox.refused(event.exchange(), 400, "No framework found with ID " + id);
      return;
    }
    frameworks.complete(
        framework,
        "an operator tore it down",
        event.at(),
        unused -> cluster.outbox.done(event.exchange()));
  }
}
