package io.meseta.master.core;

import io.meseta.api.v1.Address;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.URL;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Grant;
import io.meseta.master.view.OfferView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open offers. An offer is answered at most once: it leaves here with its answer, its rescission or
 * its time-out, whichever comes first.
 */
final class Offers {

  private static final Logger log = LoggerFactory.getLogger(Offers.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final InverseOffers inverseOffers;

  Offers(Cluster cluster, Allocations allocations, InverseOffers inverseOffers) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.inverseOffers = inverseOffers;
  }

  /** Opens an offer for each grant and tells each framework all of its offers in one event. */
  void open(List<Grant> grants, Instant at) {
    Map<FrameworkId, List<Offer>> byFramework = new LinkedHashMap<>();
    for (Grant grant : grants) {
      Offer offer = new Offer(cluster.newOfferId(), grant, at);
      Framework framework = cluster.connectedFramework(offer.framework());
      Agent agent = cluster.agents.get(offer.agent());
      if (framework == null || agent == null || !agent.isOfferable()) {
        throw new IllegalStateException("granted to or on someone who is not in service: " + offer);
      }
      cluster.offers.put(offer.id(), offer);
      framework.offers.add(offer.id());
      agent.offers.add(offer.id());
      cluster.touch(agent);
      cluster
          .settings
          .offerTimeout()
          .ifPresent(timeout ->
              cluster.outbox.setTimer(new MasterTimer.OfferTimeout(offer.id()), timeout));
      byFramework.computeIfAbsent(framework.id, ignored -> new ArrayList<>()).add(offer);
    }
    byFramework.forEach(this::tellOffers);
  }

  private void tellOffers(FrameworkId id, List<Offer> offers) {
    Framework framework = cluster.connectedFramework(id);
    if (framework == null || framework.streamId == null) {
      return;
    }
    Event.Offers.Builder event = Event.Offers.newBuilder();
    for (Offer offer : offers) {
      OfferView view = view(offer, framework);
      event.addOffers(view.offer());
      cluster.touch(offer, Optional.of(view));
    }
    cluster.outbox.toFramework(
        framework.streamId, Event.newBuilder().setType(Event.Type.OFFERS).setOffers(event).build());
  }

  /** The offer as readers see it. */
  OfferView view(Offer offer, Framework framework) {
    return new OfferView(describe(offer, framework), offer.role(), offer.resources());
  }

  /** The offer as frameworks see it; what they cannot know by their capabilities is left out. */
  io.meseta.api.v1.Offer describe(Offer offer, Framework framework) {
    Agent agent = cluster.agents.get(offer.agent());
    if (agent == null) {
      throw new IllegalStateException("offer without its agent: " + offer);
    }
    AgentInfo info = agent.info;
    io.meseta.api.v1.Offer.Builder built =
        io.meseta.api.v1.Offer.newBuilder()
            .setId(offer.id().toProto())
            .setFrameworkId(offer.framework().toProto())
            .setAgentId(offer.agent().toProto())
            .setHostname(info.getHostname())
            .setUrl(url(agent))
            .addAllResources(resourcesFor(framework, offer.resources(), offer.role()))
            .addAllAttributes(info.getAttributesList());
    if (info.hasDomain()) {
      built.setDomain(info.getDomain());
    }
    agent.unavailability.ifPresent(built::setUnavailability);
    if (framework.can(FrameworkInfo.Capability.Type.MULTI_ROLE)) {
      built.setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(offer.role()));
    }
    agent.executors.keySet().stream()
        .filter(key -> key.framework().equals(offer.framework()))
        .forEach(key -> built.addExecutorIds(key.executor().toProto()));
    return built.build();
  }

  static List<Resource> resourcesFor(Framework framework, Resources resources, String role) {
    boolean multiRole = framework.can(FrameworkInfo.Capability.Type.MULTI_ROLE);
    boolean refined = framework.can(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT);
    return resources.toProto(
        multiRole ? Optional.of(role) : Optional.empty(),
        refined ? ReservationFormat.REFINED : ReservationFormat.LEGACY);
  }

  static URL url(Agent agent) {
    AgentInfo info = agent.info;
    return URL.newBuilder()
        .setScheme(agent.https ? "https" : "http")
        .setAddress(
            Address.newBuilder()
                .setHostname(info.getHostname())
                .setIp(agent.ip)
                .setPort(info.getPort()))
        .setPath("/slave(1)")
        .build();
  }

  // ---- the end of an offer ----

  /** Takes the offer away from its framework; the resources stay charged to it. */
  private void close(Offer offer) {
    cluster.offers.remove(offer.id());
    Framework framework = cluster.frameworks.get(offer.framework());
    if (framework != null) {
      framework.offers.remove(offer.id());
      cluster.touch(offer, Optional.empty());
    }
    Agent agent = cluster.agents.get(offer.agent());
    if (agent != null) {
      agent.offers.remove(offer.id());
      cluster.touch(agent);
    }
    cluster.outbox.cancelTimer(new MasterTimer.OfferTimeout(offer.id()));
  }

  /** The framework answered: its offers are closed, and the caller tells the allocator. */
  void take(List<Offer> offers) {
    offers.forEach(this::close);
  }

  void rescindAllOf(Agent agent, Instant at) {
    if (agent.link.isEmpty()) {
      inverseOffers.rescindAllOf(agent);
    }
    for (OfferId id : new ArrayList<>(agent.offers)) {
      rescind(openOffer(id), at);
    }
  }

  /** What it holds is wanted for something else. */
  void rescind(Offer offer, Instant at) {
    close(offer);
    allocations.takeBack(offer, at);
    tellRescinded(offer);
  }

  /** Takes back what a framework holds for roles that it does not have any more. */
  void rescindOutside(Framework framework, Set<String> roles, Instant at) {
    for (OfferId id : new ArrayList<>(framework.offers)) {
      Offer offer = openOffer(id);
      if (!roles.contains(offer.role())) {
        rescind(offer, at);
      }
    }
  }

  /** Takes back what a framework holds, without telling it: its stream has ended. */
  void discardAllOf(Framework framework, Instant at) {
    inverseOffers.discardAllOf(framework);
    for (OfferId id : new ArrayList<>(framework.offers)) {
      Offer offer = openOffer(id);
      close(offer);
      allocations.takeBack(offer, at);
    }
  }

  /**
   * An offer that nobody answers counts as declined, with the default filter: otherwise the same
   * silent framework, whose share is the lowest, would be offered the same again at once.
   */
  void handleTimeout(OfferId id, Instant at) {
    Offer offer = cluster.offers.get(id);
    if (offer == null) {
      return;
    }
    log.info("Offer {} to {} was not answered in time: rescinded", id, offer.framework());
    close(offer);
    allocations.answer(List.of(offer), Resources.EMPTY, Filters.getDefaultInstance(), at);
    tellRescinded(offer);
  }

  private void tellRescinded(Offer offer) {
    Framework framework = cluster.connectedFramework(offer.framework());
    if (framework != null && framework.streamId != null) {
      cluster.outbox.toFramework(
          framework.streamId,
          Event.newBuilder()
              .setType(Event.Type.RESCIND)
              .setRescind(Event.Rescind.newBuilder().setOfferId(offer.id().toProto()))
              .build());
    }
  }

  private Offer openOffer(OfferId id) {
    Offer offer = cluster.offers.get(id);
    if (offer == null) {
      throw new IllegalStateException("offer " + id + " is listed by its holder, but not open");
    }
    return offer;
  }
}
