package io.meseta.testkit.simulation.check;

import io.meseta.api.link.v1.AcknowledgeStatus;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.DrfAllocator;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.testkit.simulation.world.Violation;
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

  /** Open offers of this term, and of which framework they are. */
  private final TreeMap<String, String> offers = new TreeMap<>();

  /** Streams of this term: true once SUBSCRIBED or ERROR was sent. */
  private final TreeMap<String, Boolean> streams = new TreeMap<>();

  private final TreeMap<String, String> frameworkOfStream = new TreeMap<>();
  private final FrameworkAbsences absences;
  private boolean answersOpenOffers;
  private boolean accepting;
  private boolean steppingDown;

  public MasterChecks(String name, Ledger ledger) {
    this.name = name;
    this.ledger = ledger;
    this.absences = new FrameworkAbsences(ledger);
  }

  /** The allocator of a new term. */
  public Allocator watch(DrfAllocator real) {
    CheckedAllocator checked =
        new CheckedAllocator(
            real,
            name,
            agent -> {
              AgentChecks truth = ledger.agent(agent.value());
              return truth != null && truth.registeredWith().equals(termId) ? truth : null;
            });
    allocator = checked;
    return checked;
  }

  /** The term is over, or the process. */
  public void termEnded() {
    allocator = null;
    offers.clear();
    streams.clear();
    frameworkOfStream.clear();
    termId = "";
    steppingDown = false;
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
    } else if (event instanceof MasterEvent.CallReceived received) {
      before(received.call());
    } else if (event instanceof MasterEvent.StreamClosed closed) {
      streamEnded(closed.streamId());
    }
  }

  private void before(Call call) {
    if (call.getType() == Call.Type.ACCEPT) {
      accepting = true;
      answersOpenOffers = true;
      for (OfferID offer : call.getAccept().getOfferIdsList()) {
        String holder = offers.get(offer.getValue());
        answersOpenOffers &= call.getFrameworkId().getValue().equals(holder);
      }
    }
  }

  private void streamEnded(String streamId) {
    streams.remove(streamId);
    String framework = frameworkOfStream.remove(streamId);
    if (framework != null) {
      offers.values().removeIf(framework::equals);
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
    effects.forEach(this::after);
    if (parked > 0 && writesUnderWay == 0 && !steppingDown) {
      throw new Violation(
          name + " keeps " + parked + " callers waiting, but no registry write is under way", name);
    }
    audit();
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
    offers.remove(id.getValue(), call.getFrameworkId().getValue());
  }

  private void after(MasterEffect effect) {
    if (effect instanceof MasterEffect.SendToFramework send) {
      sends(send.streamId(), send.event());
    } else if (effect instanceof MasterEffect.SendToAgent send) {
      sends(send.message());
    } else if (effect instanceof MasterEffect.WriteRegistry write) {
      write.changes().forEach(this::writes);
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
    if (!message.hasRunTask()) {
      return;
    }
    String task = message.getRunTask().getTask().getTaskId().getValue();
    if (!accepting || !answersOpenOffers) {
      throw new Violation(
          name + " runs task " + task + " on offers that were not open", "\"" + task + "\"");
    }
    ledger.sentToAgent(name, message.getRunTask().getFramework().getId().getValue(), task);
  }

  private void writes(RegistryChange change) {
    if (change instanceof RegistryChange.PutFramework put
        && put.record().getState() == FrameworkRecord.State.COMPLETED) {
      String tooEarly = absences.notYetOver(put.record().getInfo());
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
                if (offers.put(id, offer.getFrameworkId().getValue()) != null) {
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
        if (framework != null && !event.getUpdate().getStatus().hasUuid()) {
          ledger.masterSays(name, framework, event.getUpdate().getStatus());
        }
      }
      default -> {}
    }
  }

  private void subscribed(String streamId, String framework) {
    ledger.tally.count("subscriptions");
    offers.values().removeIf(framework::equals);
    frameworkOfStream.values().removeIf(framework::equals);
    frameworkOfStream.put(streamId, framework);
    absences.came(framework);
  }

  /** Ids of the open offers, for the end. */
  public TreeSet<String> openOffers() {
    return new TreeSet<>(offers.keySet());
  }
}
