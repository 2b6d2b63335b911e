package io.meseta.testkit.simulation.check;

import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.Registered;
import io.meseta.api.v1.DrainState;
import io.meseta.api.v1.master.Call;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.testkit.simulation.world.Violation;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches what one master writes of agents, and whether it acts as the registry says.
 *
 * <p>What an operator has ordered stays until an operator orders otherwise; it is answered when it
 * is durable, and from then on nobody is offered an agent that is out of service, and nobody hears
 * of a gone one again.
 */
final class AgentRecordChecks {
  private final String master;
  private final Ledger ledger;
  private String termId = "";

  /** The newest record of each agent that was ordered, durable or not. */
  private final TreeMap<String, AgentRecord> ordered = new TreeMap<>();

  /** The newest record of each agent of which this master knows that it is durable. */
  private final TreeMap<String, AgentRecord> inForce = new TreeMap<>();

  /** Calls without an answer, by exchange, and the record that was ordered for each. */
  private final TreeMap<Long, Promise> promises = new TreeMap<>();

  /** With what agents have introduced themselves, by link. */
  private final TreeMap<Long, Resources> announced = new TreeMap<>();

  /** Which agent was welcomed on a link. */
  private final TreeMap<Long, String> registered = new TreeMap<>();

  /** With what each agent was welcomed last, as operations have changed it since. */
  private final TreeMap<String, Resources> totals = new TreeMap<>();

  private record Promise(Call call, @Nullable AgentRecord record) {}

  AgentRecordChecks(String master, Ledger ledger) {
    this.master = master;
    this.ledger = ledger;
  }

  void termBegan(String term, RegistrySnapshot registry) {
    termEnded();
    termId = term;
    for (AgentRecord record : registry.agents()) {
      String id = record.getInfo().getId().getValue();
      ordered.put(id, record);
      inForce.put(id, record);
    }
  }

  void termEnded() {
    ordered.clear();
    inForce.clear();
    promises.clear();
    announced.clear();
    registered.clear();
    totals.clear();
  }

  // ---- what comes in ----

  void registers(long link, Register request) {
    try {
      announced.put(
          link,
          Conversion.restore(
              AgentChecks.resources(request.getAgent().getResourcesList()),
              AgentChecks.resources(request.getRememberedResourcesList())));
    } catch (ResourceException e) {
      throw new Violation("an agent registers with less than it remembers: " + request, e);
    }
  }

  /** Its part of the agent is from now on what the operation makes of it. */
  private void orders(long link, ApplyOperation order) {
    String agent = registered.getOrDefault(link, "");
    Resources total = totals.get(agent);
    if (total == null) {
      throw new Violation(master + " orders an operation on a link without an agent", agent);
    }
    ledger.operations().sent(master, order);
    try {
      Conversion conversion = Conversion.of(order.getOperation());
      totals.put(
          agent,
          conversion
              .applyTo(total)
              .orElseThrow(() ->
                  new Violation(
                      master
                          + " converts what agent "
                          + agent
                          + " does not have: "
                          + order.getOperation(),
                      agent)));
    } catch (ResourceException e) {
      throw new Violation(master + " orders " + order.getOperation(), e);
    }
  }

  void linkClosed(long link) {
    announced.remove(link);
    registered.remove(link);
  }

  void exchangeClosed(long exchange) {
    promises.remove(exchange);
  }

  // ---- what is written ----

  /** The master orders a record to be written, because of this event. */
  void writes(MasterEvent cause, AgentRecord record) {
    String id = record.getInfo().getId().getValue();
    AgentRecord before = ordered.put(id, record);
    AgentRecord old = before == null ? AgentRecord.getDefaultInstance() : before;
    if (isGone(old) && !isGone(record)) {
      throw new Violation(master + " admits agent " + id + " again, which is gone", id);
    }
    if (saysTheSame(old, record)) {
      return;
    }
    boolean asOrdered =
        cause instanceof MasterEvent.OperatorCallReceived asked
            && agentOf(asked.call()).equals(id)
            && broken(asked.call(), record).isEmpty();
    if (asOrdered) {
      return;
    }
    if (isEndOfDrain(old, record)) {
      drained(id);
    } else {
      throw new Violation(
          master
              + " changes what operators have said of agent "
              + id
              + ", which nobody asked for: "
              + describe(old)
              + " becomes "
              + describe(record),
          id);
    }
  }

  private static boolean isGone(AgentRecord record) {
    return record.hasState() && record.getState() == AgentRecord.State.GONE;
  }

  private static boolean saysTheSame(AgentRecord one, AgentRecord other) {
    return isGone(one) == isGone(other)
        && one.getDeactivated() == other.getDeactivated()
        && one.hasDrainInfo() == other.hasDrainInfo()
        && one.getDrainInfo().equals(other.getDrainInfo());
  }

  private static boolean isEndOfDrain(AgentRecord old, AgentRecord record) {
    if (!isDraining(old) || isGone(old) || !record.getDeactivated()) {
      return false;
    }
    boolean markGone = old.getDrainInfo().getConfig().getMarkGone();
    return markGone
        ? isGone(record)
        : !isGone(record)
            && record.getDrainInfo().getState() == DrainState.DRAINED
            && record.getDrainInfo().getConfig().equals(old.getDrainInfo().getConfig());
  }

  private static boolean isDraining(AgentRecord record) {
    return record.hasDrainInfo() && record.getDrainInfo().getState() == DrainState.DRAINING;
  }

  private void drained(String id) {
    ledger.tally.count("agents drained");
    AgentChecks truth = ledger.agent(id);
    if (truth != null && truth.registeredWith().equals(termId) && truth.containers() > 0) {
      throw new Violation(
          master + " takes agent " + id + " for drained, but it runs " + truth.containers(), id);
    }
  }

  private static String describe(AgentRecord record) {
    return (record.hasState() ? record.getState() : "unknown")
        + (record.getDeactivated() ? ", deactivated" : "")
        + (record.hasDrainInfo() ? ", " + record.getDrainInfo().getState() : "");
  }

  /** The registry holds what was ordered. */
  void durable(AgentRecord record) {
    inForce.put(record.getInfo().getId().getValue(), record);
  }

  void deleted(String id) {
    ordered.remove(id);
    inForce.remove(id);
  }

  // ---- what operators are told ----

  private static String agentOf(Call call) {
    return switch (call.getType()) {
      case DRAIN_AGENT -> call.getDrainAgent().getAgentId().getValue();
      case DEACTIVATE_AGENT -> call.getDeactivateAgent().getAgentId().getValue();
      case REACTIVATE_AGENT -> call.getReactivateAgent().getAgentId().getValue();
      case MARK_AGENT_GONE -> call.getMarkAgentGone().getAgentId().getValue();
      default -> "";
    };
  }

  /** The core has taken a call, and ordered what it asks for. */
  void asked(long exchange, Call call) {
    promises.put(exchange, new Promise(call, ordered.get(agentOf(call))));
  }

  /** An operator is told that it is done. */
  void done(long exchange) {
    Promise promise = promises.remove(exchange);
    if (promise == null || agentOf(promise.call).isEmpty()) {
      return;
    }
    String id = agentOf(promise.call);
    AgentRecord record = promise.record;
    String problem =
        record == null
            ? "no registry has the agent"
            : !ledger.wasStored(record)
                ? "the registry has not said so"
                : broken(promise.call, record);
    if (!problem.isEmpty()) {
      throw new Violation(
          master + " answers " + promise.call.getType() + " of agent " + id + ", but " + problem,
          id);
    }
    ledger.tally.count("operator's orders done: " + promise.call.getType());
  }

  /** Why the record is not what was asked for; empty if it is. */
  private static String broken(Call call, AgentRecord record) {
    boolean right =
        switch (call.getType()) {
          case DRAIN_AGENT ->
              record.getDeactivated()
                  && isDraining(record)
                  && record.getDrainInfo().getConfig().getMarkGone()
                      == call.getDrainAgent().getMarkGone()
                  && record.getDrainInfo().getConfig().hasMaxGracePeriod()
                      == call.getDrainAgent().hasMaxGracePeriod();
          case DEACTIVATE_AGENT -> record.getDeactivated();
          case REACTIVATE_AGENT -> !record.getDeactivated() && !record.hasDrainInfo();
          case MARK_AGENT_GONE -> isGone(record);
          default -> true;
        };
    return right ? "" : "its record is " + describe(record);
  }

  // ---- what others are told ----

  /** The agent must be in service, as far as this master knows. */
  void usesForNewTasks(String agent, String what) {
    AgentRecord record = inForce.get(agent);
    if (record == null || record.getDeactivated() || isGone(record)) {
      throw new Violation(
          master
              + " "
              + what
              + " agent "
              + agent
              + ", which is "
              + (record == null ? "not in the registry" : describe(record)),
          agent);
    }
  }

  boolean isOutOfService(String agent) {
    AgentRecord record = inForce.get(agent);
    return record != null && (record.getDeactivated() || isGone(record));
  }

  /** Whether an operator has declared it gone. */
  boolean isGone(String agent) {
    AgentRecord record = inForce.get(agent);
    return record != null && isGone(record);
  }

  void sends(long link, MasterMessage message) {
    if (message.hasApplyOperation()) {
      orders(link, message.getApplyOperation());
    }
    if (!message.hasRegistered()) {
      return;
    }
    Registered welcome = message.getRegistered();
    String id = welcome.getAgentId().getValue();
    AgentRecord record = inForce.get(id);
    if (record == null || isGone(record)) {
      throw new Violation(
          master + " welcomes agent " + id + ", which is " + (record == null ? "unknown" : "gone"),
          id);
    }
    if (welcome.hasDrain() != record.hasDrainInfo()) {
      throw new Violation(
          master + " tells agent " + id + " the opposite of its draining: " + describe(record), id);
    }
    Resources total = announced.get(link);
    if (total != null) {
      totals.put(id, total);
    }
    registered.put(link, id);
  }

  /** What the agent must have, as far as this master can know; null if it was not welcomed. */
  @Nullable Resources total(String agent) {
    return totals.get(agent);
  }
}
