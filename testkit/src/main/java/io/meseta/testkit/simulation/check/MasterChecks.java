package io.meseta.testkit.simulation.check;

import io.meseta.api.link.v1.AcknowledgeStatus;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.link.v1.RunTaskGroup;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.DrfAllocator;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches one master: offers are answered once, streams begin with SUBSCRIBED, nothing waits
 * without a reason, frameworks are counted out only when their time is up.
 */
public final class MasterChecks {
  /** A complete audit of the allocator costs as much as there are agents. */
  private static final int AUDIT_INTERVAL = 2_000;

  private static final int AUDIT_INTERVAL_PER_AGENT = 50;

  private final String name;
  private final Ledger ledger;
  private @Nullable CheckedAllocator allocator;
  private String termId = "";
  private int sinceAudit;

  /** Open offers of this term. */
  private final TreeMap<String, OpenOffer> offers = new TreeMap<>();

  /** Streams of this term: true once SUBSCRIBED or ERROR was sent. */
  private final TreeMap<String, Boolean> streams = new TreeMap<>();

  private final TreeMap<String, String> frameworkOfStream = new TreeMap<>();
  private final FrameworkAbsences absences;
  private final AgentRecordChecks agentRecords;
  private final FrameworkRecordChecks frameworkRecords;
  private final DegradedAgents degraded;

  /** Writes that have not come back. */
  private final TreeMap<Long, List<RegistryChange>> writes = new TreeMap<>();

  private boolean answersOpenOffers;
  private boolean accepting;
  private boolean steppingDown;

  public MasterChecks(String name, Ledger ledger) {
    this.name = name;
    this.ledger = ledger;
    this.absences = new FrameworkAbsences(ledger);
    this.agentRecords = new AgentRecordChecks(name, ledger);
    this.frameworkRecords = new FrameworkRecordChecks(name, ledger);
    this.degraded = new DegradedAgents(name, ledger.tally);
  }

  /** An offer that was made, of what and to whom. */
  private record OpenOffer(String framework, String agent, String role) {}

  private final class Reality implements CheckedAllocator.Reality {
    @Override
    public @Nullable AgentChecks agentOf(AgentId agent) {
      AgentChecks truth = ledger.agent(agent.value());
      return truth != null && truth.registeredWith().equals(termId) ? truth : null;
    }

    @Override
    public @Nullable Resources totalOf(AgentId agent) {
      return agentRecords.total(agent.value());
    }
  }

  /** The allocator of a new term. */
  public Allocator watch(DrfAllocator real) {
    CheckedAllocator checked = new CheckedAllocator(real, name, new Reality());
    allocator = checked;
    return checked;
  }

  /** The term is over, or the process. */
  public void termEnded() {
    allocator = null;
    offers.clear();
    streams.clear();
    frameworkOfStream.clear();
    agentRecords.termEnded();
    degraded.termEnded();
    frameworkRecords.termEnded();
    writes.clear();
    termId = "";
    steppingDown = false;
  }

  /** Whether the allocator may grant what is free on this agent. */
  public boolean grantsFrom(AgentId agent) {
    CheckedAllocator checked = allocator;
    return checked != null && checked.isActive(agent);
  }

  /** What the allocator charges for tasks on this agent; nothing without a term. */
  public Quantities charged(AgentId agent) {
    CheckedAllocator checked = allocator;
    return checked == null ? Quantities.EMPTY : checked.charged(agent);
  }

  /** The master answers a SUBSCRIBE with a stream. */
  public void streamOpened(String streamId) {
    streams.put(streamId, false);
  }

  // ---- an event ----

  /** Before the core takes it. */
  public void before(MasterEvent event) {
    accepting = false;
    if (event instanceof MasterEvent.LeadershipGained gained) {
      termId = gained.self().getId();
      absences.termBegan(gained.registry());
      agentRecords.termBegan(termId, gained.registry());
      frameworkRecords.termBegan(gained.registry());
    } else if (event instanceof MasterEvent.CallReceived received) {
      before(received.call());
    } else if (event instanceof MasterEvent.StreamClosed closed) {
      streamEnded(closed.streamId());
    } else if (event instanceof MasterEvent.AgentMessageReceived received) {
      degraded.hears(received.linkId(), received.message());
      if (received.message().hasRegister()) {
        agentRecords.registers(received.linkId(), received.message().getRegister());
      }
    } else if (event instanceof MasterEvent.LinkClosed closed) {
      agentRecords.linkClosed(closed.linkId());
      degraded.linkClosed(closed.linkId());
    } else if (event instanceof MasterEvent.ExchangeClosed closed) {
      agentRecords.exchangeClosed(closed.exchange());
      frameworkRecords.exchangeClosed(closed.exchange());
    } else if (event instanceof MasterEvent.RegistryWriteEnded ended) {
      writeEnded(ended);
    }
  }

  private void writeEnded(MasterEvent.RegistryWriteEnded ended) {
    List<RegistryChange> changes = writes.remove(ended.writeId());
    if (changes == null || !(ended.outcome() instanceof RegistryOutcome.Written)) {
      return;
    }
    for (RegistryChange change : changes) {
      switch (change) {
        case RegistryChange.PutAgent put -> agentRecords.durable(put.record());
        case RegistryChange.DeleteAgent delete -> agentRecords.deleted(delete.id());
        case RegistryChange.PutFramework put -> frameworkRecords.durable(put.record());
        case RegistryChange.DeleteFramework delete -> frameworkRecords.deleted(delete.id());
        case RegistryChange.PutRole unused -> {}
        case RegistryChange.DeleteRole unused -> {}
        case RegistryChange.PutMaintenance unused -> {}
      }
    }
  }

  private void before(Call call) {
    if (call.getType() == Call.Type.ACCEPT) {
      accepting = true;
      answersOpenOffers = true;
      for (OfferID offer : call.getAccept().getOfferIdsList()) {
        OpenOffer open = offers.get(offer.getValue());
        answersOpenOffers &=
            open != null && call.getFrameworkId().getValue().equals(open.framework);
      }
    }
  }

  private void streamEnded(String streamId) {
    streams.remove(streamId);
    String framework = frameworkOfStream.remove(streamId);
    if (framework != null) {
      offers.values().removeIf(offer -> offer.framework.equals(framework));
      absences.left(framework);
    }
  }

  /**
   * After the core has taken it, and its effects are carried out.
   *
   * @param parked exchanges without an answer
   * @param writesUnderWay registry writes without one
   */
  public void after(MasterEvent event, List<MasterEffect> effects, int parked, int writesUnderWay) {
    if (event instanceof MasterEvent.CallReceived received && isAccepted(effects)) {
      answered(received.call());
    }
    writes(event, effects);
    if (event instanceof MasterEvent.CallReceived received) {
      frameworkRecords.asked(received.exchange(), received.call());
    } else if (event instanceof MasterEvent.OperatorCallReceived received) {
      agentRecords.asked(received.exchange(), received.call());
    }
    effects.forEach(this::after);
    if (event instanceof MasterEvent.RegistryWriteEnded || isCondition(event)) {
      checkOffersStillFit();
    }
    if (parked > 0 && writesUnderWay == 0 && !steppingDown) {
      throw new Violation(
          name + " keeps " + parked + " callers waiting, but no registry write is under way", name);
    }
    audit();
  }

  private static boolean isCondition(MasterEvent event) {
    return event instanceof MasterEvent.AgentMessageReceived received
        && received.message().hasCondition();
  }

  private void checkOffersStillFit() {
    offers.forEach((id, offer) -> {
      degraded.usesForNewTasks(offer.agent, "leaves offer " + id + " of");
      if (agentRecords.isOutOfService(offer.agent)) {
        throw new Violation(
            name + " leaves offer " + id + " of agent " + offer.agent + ", which is out of service",
            offer.agent);
      }
      if (!frameworkRecords.hasRole(offer.framework, offer.role)) {
        throw new Violation(
            name + " leaves offer " + id + " for role " + offer.role + ", which its framework left",
            offer.framework);
      }
    });
  }

  private static boolean isAccepted(List<MasterEffect> effects) {
    for (MasterEffect effect : effects) {
      if (effect instanceof MasterEffect.Reply reply && reply.status() == 202) {
        return true;
      }
    }
    return false;
  }

  private void audit() {
    CheckedAllocator checked = allocator;
    if (checked == null) {
      return;
    }
    try {
      checked.checkTouched();
      int interval = AUDIT_INTERVAL + AUDIT_INTERVAL_PER_AGENT * checked.agents();
      if (++sinceAudit >= interval) {
        sinceAudit = 0;
        checked.checkAll();
      }
    } catch (IllegalStateException e) {
      throw new Violation(name + ": " + e.getMessage(), e, name);
    }
  }

  private void answered(Call call) {
    switch (call.getType()) {
      case ACCEPT -> call.getAccept().getOfferIdsList().forEach(id -> close(id, call));
      case DECLINE -> call.getDecline().getOfferIdsList().forEach(id -> close(id, call));
      case TEARDOWN -> ledger.tearDownAsked(call.getFrameworkId().getValue());
      default -> {}
    }
  }

  private void close(OfferID id, Call call) {
    OpenOffer open = offers.get(id.getValue());
    if (open != null && open.framework.equals(call.getFrameworkId().getValue())) {
      offers.remove(id.getValue());
    }
  }

  private void after(MasterEffect effect) {
    if (effect instanceof MasterEffect.SendToFramework send) {
      sends(send.streamId(), send.event());
    } else if (effect instanceof MasterEffect.SendToAgent send) {
      agentRecords.sends(send.linkId(), send.message());
      if (send.message().hasRegistered()) {
        degraded.welcomed(send.message().getRegistered().getAgentId().getValue(), send.linkId());
      }
      sends(send.message());
    } else if (effect instanceof MasterEffect.Reply reply) {
      if (reply.status() == 200) {
        agentRecords.done(reply.exchange());
        frameworkRecords.done(reply.exchange());
      }
    } else if (effect instanceof MasterEffect.StepDown) {
      // Who waits is told when the term has ended.
      steppingDown = true;
    }
  }

  private void sends(MasterMessage message) {
    if (message.hasAcknowledgeStatus()) {
      AcknowledgeStatus ack = message.getAcknowledgeStatus();
      ledger.acknowledges(
          ack.getFrameworkId().getValue(), ack.getTaskId().getValue(), ack.getUuid());
    }
    if (message.hasAcknowledgeOperation()) {
      ledger.operations().acknowledges(message.getAcknowledgeOperation());
    }
    if (message.hasApplyOperation() && (!accepting || !answersOpenOffers)) {
      throw new Violation(
          name + " orders an operation on offers that were not open: " + message, name);
    }
    if (message.hasRunTask()) {
      RunTask order = message.getRunTask();
      runs(order.getFramework().getId().getValue(), order.getTask(), order.getTask().hasExecutor());
    } else if (message.hasRunTaskGroup()) {
      runs(message.getRunTaskGroup());
    }
  }

  private void runs(String framework, TaskInfo info, boolean inExecutor) {
    String task = info.getTaskId().getValue();
    if (!accepting || !answersOpenOffers) {
      throw new Violation(
          name + " runs task " + task + " on offers that were not open", "\"" + task + "\"");
    }
    String agent = info.getAgentId().getValue();
    agentRecords.usesForNewTasks(agent, "runs task " + task + " on");
    degraded.usesForNewTasks(agent, "runs task " + task + " on");
    ledger.sentToAgent(name, termId, framework, task, inExecutor);
  }

  private void runs(RunTaskGroup order) {
    String framework = order.getFramework().getId().getValue();
    boolean byAgent = order.getExecutor().getType() == ExecutorInfo.Type.DEFAULT;
    List<String> ids = new ArrayList<>();
    for (TaskInfo task : order.getTaskGroup().getTasksList()) {
      runs(framework, task, !byAgent);
      ids.add(task.getTaskId().getValue());
    }
    ledger.sentAsGroup(framework, ids, byAgent);
  }

  private void writes(MasterEvent cause, List<MasterEffect> effects) {
    for (MasterEffect effect : effects) {
      if (effect instanceof MasterEffect.WriteRegistry write) {
        writes.put(write.writeId(), write.changes());
        write.changes().forEach(change -> writes(cause, change));
      }
    }
  }

  private void writes(MasterEvent cause, RegistryChange change) {
    if (change instanceof RegistryChange.PutAgent put) {
      agentRecords.writes(cause, put.record());
    } else if (change instanceof RegistryChange.PutFramework put) {
      writes(put);
      frameworkRecords.writes(cause, put.record());
    }
  }

  private void writes(RegistryChange.PutFramework put) {
    if (put.record().getState() == FrameworkRecord.State.COMPLETED) {
      // Of an ended framework the record does not keep what it was.
      String tooEarly = absences.notYetOver(put.id(), frameworkRecords.newest(put.id()));
      if (!tooEarly.isEmpty()) {
        throw new Violation(
            name + " counts framework " + put.id() + " out, but " + tooEarly, put.id());
      }
      ledger.completed(put.id());
      ledger.tally.count("frameworks completed");
    }
  }

  // ---- what a framework is sent ----

  private void sends(String streamId, Event event) {
    Boolean begun = streams.get(streamId);
    if (begun == null) {
      return;
    }
    boolean begins =
        event.getType() == Event.Type.SUBSCRIBED || event.getType() == Event.Type.ERROR;
    boolean subscribes = event.getType() == Event.Type.SUBSCRIBED;
    if (begun ? subscribes : !begins) {
      throw new Violation(
          name + " sends " + event.getType() + (begun ? " again" : " first") + " on a stream",
          streamId);
    }
    streams.put(streamId, true);
    switch (event.getType()) {
      case SUBSCRIBED -> subscribed(streamId, event.getSubscribed().getFrameworkId().getValue());
      case OFFERS ->
          event
              .getOffers()
              .getOffersList()
              .forEach(offer -> {
                String id = offer.getId().getValue();
                String agent = offer.getAgentId().getValue();
                agentRecords.usesForNewTasks(agent, "offers");
                degraded.usesForNewTasks(agent, "offers");
                OpenOffer open =
                    new OpenOffer(
                        offer.getFrameworkId().getValue(),
                        agent,
                        offer.getAllocationInfo().getRole());
                if (offers.put(id, open) != null) {
                  throw new Violation(name + " makes offer " + id + " twice", id);
                }
                ledger.tally.count("offers");
              });
      case RESCIND -> {
        String id = event.getRescind().getOfferId().getValue();
        if (offers.remove(id) == null) {
          throw new Violation(name + " rescinds offer " + id + ", which is not open", id);
        }
        ledger.tally.count("offers rescinded");
      }
      case UPDATE -> {
        String framework = frameworkOfStream.get(streamId);
        if (framework != null) {
          says(framework, event.getUpdate().getStatus());
        }
      }
      case UPDATE_OPERATION_STATUS -> {
        String framework = frameworkOfStream.get(streamId);
        if (framework != null) {
          OperationStatus status = event.getUpdateOperationStatus().getStatus();
          boolean gone = agentRecords.isGone(status.getAgentId().getValue());
          ledger.operations().masterSays(name, framework, status, gone);
        }
      }
      default -> {}
    }
  }

  private void says(String framework, TaskStatus status) {
    frameworkRecords.told(framework, status);
    if (status.hasUuid()) {
      return;
    }
    boolean byOperator = status.getReason() == TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR;
    String agent = status.getAgentId().getValue();
    if (byOperator && !agentRecords.isGone(agent)) {
      throw new Violation(
          name
              + " gives up task "
              + status.getTaskId().getValue()
              + " for agent "
              + agent
              + ", which no operator has declared gone",
          agent);
    }
    ledger.masterSays(name, framework, status, agentRecords.isGone(agent));
  }

  private void subscribed(String streamId, String framework) {
    ledger.tally.count("subscriptions");
    frameworkRecords.subscribed(framework);
    offers.values().removeIf(offer -> offer.framework.equals(framework));
    frameworkOfStream.values().removeIf(framework::equals);
    frameworkOfStream.put(streamId, framework);
    absences.came(framework);
  }

  /** Ids of the open offers, for the end. */
  public TreeSet<String> openOffers() {
    return new TreeSet<>(offers.keySet());
  }
}
