package io.meseta.master.core;

import io.meseta.api.v1.Offer.Operation;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Resources;
import io.meseta.master.validation.OperationValidation;
import io.meseta.master.validation.OperationVerdict;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reservations and volumes that operators make and unmake, on what no task uses. Offers that hold
 * what is needed are taken back, and no others.
 *
 * <p>Answered as in Mesos: 202 when the agent was told, 400 for an agent that is not registered or
 * an operation that makes no sense, 409 when what it needs is not there, or is in use. What becomes
 * of it is true for this master at once; an agent that cannot do it is made to register anew, which
 * sets everything right.
 */
final class OperatorOperations {

  private static final Logger log = LoggerFactory.getLogger(OperatorOperations.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final Operations operations;

  OperatorOperations(
      Cluster cluster, Allocations allocations, Offers offers, Operations operations) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.operations = operations;
  }

  void handle(MasterEvent.OperatorCallReceived event, AgentId id, Operation operation) {
    Agent agent = cluster.agents.get(id);
    if (agent == null || !isRegistered(agent)) {
      refuse(event, 400, "No agent found with specified ID " + id);
      return;
    }
    switch (OperationValidation.judgeForOperator(operation, agent.total)) {
      case OperationVerdict.Refuse invalid ->
          refuse(
              event,
              400,
              "Invalid "
                  + operation.getType()
                  + " operation on agent "
                  + id
                  + ": "
                  + invalid.reason());
      case OperationVerdict.Apply valid -> apply(event, agent, operation, valid.conversion());
    }
  }

  private static boolean isRegistered(Agent agent) {
    return agent.state() == AgentState.CONNECTED || agent.state() == AgentState.DISCONNECTED;
  }

  private void apply(
      MasterEvent.OperatorCallReceived event,
      Agent agent,
      Operation operation,
      Conversion conversion) {
    if (!agent.isConnected()) {
      refuse(event, 409, "Agent " + agent + " is not connected: try again when it is");
      return;
    }
    Resources unused = agent.total.without(agent.inUse().sharedOnce());
    if (!unused.contains(conversion.consumed())) {
      refuse(
          event,
          409,
          "The agent does not have ["
              + conversion.consumed().without(unused)
              + "] that is not in use by tasks or executors");
      return;
    }
    makeRoom(event, agent, conversion.consumed());
    log.info(
        "An operator has [{}] made [{}] on agent {}",
        conversion.consumed(),
        conversion.converted(),
        agent);
    agent.total = conversion.applyTo(agent.total).orElseThrow();
    allocations.updateAgent(agent);
    operations.applyForOperator(agent, operation);
    cluster.touch(agent);
    cluster.outbox.accepted(event.exchange());
  }

  /** Takes back offers, one by one, until all that is needed is free. */
  private void makeRoom(MasterEvent.OperatorCallReceived event, Agent agent, Resources needed) {
    for (OfferId id : List.copyOf(agent.offers)) {
      Resources missing = needed.without(free(agent));
      if (missing.isEmpty()) {
        return;
      }
      Offer offer = cluster.offers.get(id);
      if (offer != null && holdsAnyOf(offer, missing)) {
        offers.rescind(offer, event.at());
      }
    }
  }

  private Resources free(Agent agent) {
    Resources held = agent.inUse();
    for (OfferId id : agent.offers) {
      Offer offer = cluster.offers.get(id);
      held = offer == null ? held : held.plus(offer.resources());
    }
    return agent.total.without(held.sharedOnce());
  }

  private static boolean holdsAnyOf(Offer offer, Resources missing) {
    return !missing.without(offer.resources()).equals(missing);
  }

  private void refuse(MasterEvent.OperatorCallReceived event, int status, String reason) {
    cluster.outbox.refused(event.exchange(), status, reason);
  }
}
