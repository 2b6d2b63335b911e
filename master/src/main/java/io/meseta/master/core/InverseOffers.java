package io.meseta.master.core;

import io.meseta.api.v1.Filters;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.allocator.InverseOfferStatus;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.master.allocation.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks frameworks that hold something on an agent that will be away to give it back, and keeps what
 * they say. Nothing else comes of it: no task is ended, whatever the answer.
 *
 * <p>A framework is asked at most once at a time for an agent. When it has answered it is asked
 * again after its filter, as in Mesos, as long as it holds anything there; an inverse offer that is
 * not answered within the offers' time-out is taken back and made again.
 */
final class InverseOffers {

  private static final Logger log = LoggerFactory.getLogger(InverseOffers.class);

  /** One framework on one agent. */
  private record Pair(AgentId agent, FrameworkId framework) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int order = agent.compareTo(other.agent);
      return order != 0 ? order : framework.compareTo(other.framework);
    }
  }

  private final Cluster cluster;

  /** Agents that will be away, or are. */
  private final TreeSet<AgentId> leaving = new TreeSet<>();

  private final TreeMap<OfferId, InverseOffer> open = new TreeMap<>();
  private final TreeMap<Pair, OfferId> asked = new TreeMap<>();
  private final TreeMap<Pair, Instant> quietUntil = new TreeMap<>();

  InverseOffers(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Its unavailability is another one, or none: whatever was said before is void. */
  void unavailabilityChanged(Agent agent) {
    rescindAllOf(agent);
    forget(agent.id);
    if (agent.unavailability.isPresent()) {
      leaving.add(agent.id);
    }
  }

  private void forget(AgentId agent) {
    leaving.remove(agent);
    quietUntil.keySet().removeIf(pair -> pair.agent().equals(agent));
    Agent known = cluster.agents.get(agent);
    if (known != null && !known.inverseOfferAnswers.isEmpty()) {
      known.inverseOfferAnswers.clear();
      cluster.touch(known);
    }
  }

  /** Nobody answers for it while it is disconnected. */
  void rescindAllOf(Agent agent) {
    if (open.isEmpty()) {
      return;
    }
    for (InverseOffer offer : List.copyOf(open.values())) {
      if (offer.agent().equals(agent.id)) {
        close(offer);
        tellRescinded(offer);
      }
    }
  }

  /** Its stream has ended; a new instance has said nothing. */
  void discardAllOf(Framework framework) {
    for (InverseOffer offer : List.copyOf(open.values())) {
      if (offer.framework().equals(framework.id)) {
        close(offer);
      }
    }
    quietUntil.keySet().removeIf(pair -> pair.framework().equals(framework.id));
  }

  // ---- asking ----

  /** Looks at the agents that will be away, and at no others. */
  void ask(Instant at) {
    if (leaving.isEmpty()) {
      return;
    }
    quietUntil.values().removeIf(until -> !until.isAfter(at));
    Map<FrameworkId, List<InverseOffer>> made = new LinkedHashMap<>();
    for (AgentId id : List.copyOf(leaving)) {
      Agent agent = cluster.agents.get(id);
      if (agent == null) {
        forget(id);
      } else if (agent.isConnected()) {
        for (FrameworkId framework : holders(agent)) {
          ask(agent, framework, at, made);
        }
      }
    }
    made.forEach(this::tell);
  }

  private Collection<FrameworkId> holders(Agent agent) {
    TreeSet<FrameworkId> holders = new TreeSet<>();
    agent.tasks.keySet().forEach(task -> holders.add(task.framework()));
    for (OfferId id : agent.offers) {
      Offer offer = cluster.offers.get(id);
      if (offer != null) {
        holders.add(offer.framework());
      }
    }
    return holders;
  }

  private void ask(
      Agent agent, FrameworkId id, Instant at, Map<FrameworkId, List<InverseOffer>> made) {
    Pair pair = new Pair(agent.id, id);
    if (cluster.connectedFramework(id) == null
        || asked.containsKey(pair)
        || quietUntil.containsKey(pair)) {
      return;
    }
    InverseOffer offer = new InverseOffer(cluster.newOfferId(), id, agent.id, at);
    open.put(offer.id(), offer);
    asked.put(pair, offer.id());
    if (!agent.inverseOfferAnswers.containsKey(id)) {
      tellReaders(agent, id, status(InverseOfferStatus.Status.UNKNOWN, id, at));
    }
    cluster
        .settings
        .offerTimeout()
        .ifPresent(timeout ->
            cluster.outbox.setTimer(new MasterTimer.InverseOfferTimeout(offer.id()), timeout));
    made.computeIfAbsent(id, ignored -> new ArrayList<>()).add(offer);
  }

  private void tell(FrameworkId id, List<InverseOffer> offers) {
    Framework framework = cluster.connectedFramework(id);
    if (framework == null || framework.streamId == null) {
      return;
    }
    Event.InverseOffers.Builder event = Event.InverseOffers.newBuilder();
    offers.forEach(offer -> event.addInverseOffers(describe(offer)));
    cluster.outbox.toFramework(
        framework.streamId,
        Event.newBuilder().setType(Event.Type.INVERSE_OFFERS).setInverseOffers(event).build());
  }

  private io.meseta.api.v1.InverseOffer describe(InverseOffer offer) {
    Agent agent = cluster.agents.get(offer.agent());
    if (agent == null) {
      throw new IllegalStateException("inverse offer without its agent: " + offer);
    }
    return io.meseta.api.v1.InverseOffer.newBuilder()
        .setId(offer.id().toProto())
        .setFrameworkId(offer.framework().toProto())
        .setAgentId(offer.agent().toProto())
        .setUrl(Offers.url(agent))
        .setUnavailability(agent.unavailability.orElseThrow())
        .build();
  }

  // ---- answers ----

  /** What is not open any more is passed over: it was taken back meanwhile. */
  void answer(
      Framework framework,
      List<OfferID> ids,
      InverseOfferStatus.Status status,
      Filters filters,
      Instant at) {
    for (OfferID id : ids) {
      InverseOffer offer = open.get(OfferId.of(id));
      if (offer == null || !offer.framework().equals(framework.id)) {
        log.info("{} answers inverse offer {}, which is not open", framework, id.getValue());
        continue;
      }
      Pair pair = new Pair(offer.agent(), framework.id);
      close(offer);
      Agent agent = cluster.agents.get(offer.agent());
      if (agent != null) {
        tellReaders(agent, framework.id, status(status, framework.id, at));
      }
      Refusal.ofSeconds(filters.getRefuseSeconds())
          .ifPresent(refusal -> quietUntil.put(pair, at.plus(refusal.duration())));
      log.info("{} answers {} for agent {}, which will be away", framework, status, offer.agent());
    }
  }

  private static InverseOfferStatus status(
      InverseOfferStatus.Status status, FrameworkId framework, Instant at) {
    return InverseOfferStatus.newBuilder()
        .setStatus(status)
        .setFrameworkId(framework.toProto())
        .setTimestamp(Times.info(at))
        .build();
  }

  private void tellReaders(Agent agent, FrameworkId framework, InverseOfferStatus status) {
    agent.inverseOfferAnswers.put(framework, status);
    cluster.touch(agent);
  }

  void handleTimeout(OfferId id) {
    InverseOffer offer = open.get(id);
    if (offer != null) {
      log.info("Inverse offer {} to {} was not answered in time", id, offer.framework());
      close(offer);
      tellRescinded(offer);
    }
  }

  private void close(InverseOffer offer) {
    open.remove(offer.id());
    asked.remove(new Pair(offer.agent(), offer.framework()));
    cluster.outbox.cancelTimer(new MasterTimer.InverseOfferTimeout(offer.id()));
  }

  private void tellRescinded(InverseOffer offer) {
    Framework framework = cluster.connectedFramework(offer.framework());
    if (framework != null && framework.streamId != null) {
      cluster.outbox.toFramework(
          framework.streamId,
          Event.newBuilder()
              .setType(Event.Type.RESCIND_INVERSE_OFFER)
              .setRescindInverseOffer(
                  Event.RescindInverseOffer.newBuilder().setInverseOfferId(offer.id().toProto()))
              .build());
    }
  }
}
