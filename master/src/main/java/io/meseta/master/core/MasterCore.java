package io.meseta.master.core;

import io.meseta.common.acl.Authorizer;
import io.meseta.common.runtime.StateMachine;
import io.meseta.common.runtime.Transition;
import io.meseta.common.runtime.TransitionListener;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.view.MasterView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master's logic: every kind of event, and where it goes.
 *
 * <p>Between {@code LeadershipGained} and {@code LeadershipLost} there is one set of slices, built
 * from the registry; outside of that time there is nothing, and whoever calls is told to go
 * elsewhere.
 *
 * <p>Not thread-safe: one loop drives it.
 */
public final class MasterCore implements StateMachine<MasterEvent, MasterEffect> {

  private static final Logger log = LoggerFactory.getLogger(MasterCore.class);

  private MasterSettings settings;
  private final Supplier<Allocator> allocators;
  private final Counters counters = new Counters();
  private final Cluster.Watchers watchers;
  private final Outbox outbox = new Outbox();
  private long nextRegistryWrite;
  private @Nullable Slices term;
  private @Nullable Views views;

  /**
   * @param allocators makes an allocator that knows nothing, for each term of leadership
   */
  public MasterCore(MasterSettings settings, Supplier<Allocator> allocators) {
    this(settings, allocators, TransitionListener.NONE);
  }

  /**
   * @param allocators makes an allocator that knows nothing, for each term of leadership
   * @param transitions is told each step of a task, an agent, its draining and a framework
   */
  public MasterCore(
      MasterSettings settings, Supplier<Allocator> allocators, TransitionListener transitions) {
    this.settings = settings;
    this.allocators = allocators;
    this.watchers = new Cluster.Watchers(transitions, counters);
  }

  /** Every step that {@link TransitionListener} can be told of. */
  public static List<Transition> transitions() {
    List<Transition> all = new ArrayList<>(TaskLifecycle.TABLE.transitions());
    all.addAll(AgentLifecycle.TABLE.transitions());
    all.addAll(DrainLifecycle.TABLE.transitions());
    all.addAll(FrameworkLifecycle.TABLE.transitions());
    return all;
  }

  @Override
  public List<MasterEffect> handle(MasterEvent event) {
    switch (event) {
      case MasterEvent.LeadershipGained gained -> lead(gained);
      case MasterEvent.LeadershipLost lost -> stop(lost);
      case MasterEvent.AccessListsChanged changed -> useLists(changed.authorizer());
      default -> {
        if (term == null) {
          refuse(event);
        } else {
          route(term, event);
          term.drains().maybeFinish(event.at());
        }
      }
    }
    return outbox.drain();
  }

  private void lead(MasterEvent.LeadershipGained event) {
    if (term != null) {
      throw new IllegalStateException("leadership gained twice");
    }
    RegistryWrites registry = new RegistryWrites(outbox, nextRegistryWrite);
    Slices slices =
        Slices.create(event.self(), settings, allocators.get(), outbox, registry, watchers);
    slices.recover(event.registry(), event.at());
    term = slices;
    views = new Views(slices, event.at());
    log.info(
        "Leading as {} with {} agents and {} frameworks known",
        event.self().getId(),
        slices.cluster().agents.size(),
        slices.cluster().frameworks.size());
    outbox.setTimer(new MasterTimer.AllocationInterval(), settings.allocationInterval());
    outbox.add(new MasterEffect.PublishLeadership(event.self()));
  }

  private void useLists(Authorizer authorizer) {
    settings = settings.withAuthorizer(authorizer);
    if (term != null) {
      term.cluster().authorizer = authorizer;
    }
  }

  private void stop(MasterEvent.LeadershipLost event) {
    if (term == null) {
      return;
    }
    log.warn("Leading no more: {}", event.reason());
    nextRegistryWrite = term.cluster().registry.nextWrite();
    term = null;
    views = null;
    outbox.add(new MasterEffect.DropEverything(event.reason()));
  }

  /** Not leading: calls are refused, everything else belongs to a term that is over. */
  private void refuse(MasterEvent event) {
    switch (event) {
      case MasterEvent.CallReceived call ->
          outbox.refused(call.exchange(), 503, "This master does not lead");
      case MasterEvent.OperatorCallReceived call ->
          outbox.refused(call.exchange(), 503, "This master does not lead");
      case MasterEvent.ExplanationAsked asked ->
          outbox.refused(asked.exchange(), 503, "This master does not lead");
      case MasterEvent.AgentMessageReceived message ->
          outbox.add(new MasterEffect.CloseLink(message.linkId(), "this master does not lead"));
      case MasterEvent.LeadershipGained ignored -> {}
      case MasterEvent.LeadershipLost ignored -> {}
      case MasterEvent.AccessListsChanged ignored -> {}
      case MasterEvent.ExchangeClosed ignored -> {}
      case MasterEvent.StreamClosed ignored -> {}
      case MasterEvent.LinkClosed ignored -> {}
      case MasterEvent.RegistryWriteEnded ignored -> {}
      case MasterEvent.TimerFired ignored -> {}
    }
  }

  private static void route(Slices slices, MasterEvent event) {
    switch (event) {
      case MasterEvent.CallReceived call -> new Calls(slices.cluster(), slices).handle(call);
      case MasterEvent.OperatorCallReceived call -> slices.operatorCalls().handle(call);
      case MasterEvent.ExplanationAsked asked -> slices.explanations().handle(asked);
      case MasterEvent.ExchangeClosed closed ->
          slices.subscriptions().handleExchangeClosed(closed.exchange());
      case MasterEvent.StreamClosed closed -> slices.frameworks().handleStreamClosed(closed);
      case MasterEvent.AgentMessageReceived message -> slices.agents().handleMessage(message);
      case MasterEvent.LinkClosed closed -> slices.agents().handleLinkClosed(closed);
      case MasterEvent.RegistryWriteEnded ended -> slices.cluster().registry.handleEnded(ended);
      case MasterEvent.TimerFired fired -> route(slices, fired.timer(), fired.at());
      case MasterEvent.LeadershipGained ignored ->
          throw new IllegalStateException("handled before");
      case MasterEvent.LeadershipLost ignored -> throw new IllegalStateException("handled before");
      case MasterEvent.AccessListsChanged ignored ->
          throw new IllegalStateException("handled before");
    }
  }

  private static void route(Slices slices, MasterTimer timer, Instant at) {
    switch (timer) {
      case MasterTimer.AllocationInterval interval -> {
        slices.cluster().outbox.setTimer(interval, slices.cluster().settings.allocationInterval());
        slices.offers().open(slices.allocations().allocate(at), at);
        slices.inverseOffers().ask(at);
        slices.hoarding().maybeWarn(at);
      }
      case MasterTimer.AllocateNow ignored ->
          slices.offers().open(slices.allocations().allocate(at), at);
      case MasterTimer.Heartbeat heartbeat ->
          slices.frameworks().handleHeartbeatTimer(heartbeat.framework());
      case MasterTimer.FailoverTimeout timeout ->
          slices.frameworks().handleFailoverTimeout(timeout.framework(), at);
      case MasterTimer.Ping ping -> slices.agents().handlePingTimer(ping.agent(), at);
      case MasterTimer.ReregisterTimeout timeout ->
          slices.agents().handleReregisterTimeout(timeout.agent(), at);
      case MasterTimer.RemovalPermit ignored -> slices.agents().handleRemovalPermit(at);
      case MasterTimer.RegistryCleaning ignored -> slices.cleaning().handleTimer(at);
      case MasterTimer.OfferTimeout timeout -> slices.offers().handleTimeout(timeout.offer(), at);
      case MasterTimer.InverseOfferTimeout timeout ->
          slices.inverseOffers().handleTimeout(timeout.offer());
    }
  }

  /** How often what happened, over all terms. To be called by the thread that drives the core. */
  public Map<MasterCounter, Long> counters() {
    return counters.snapshot();
  }

  /**
   * The picture for readers, if it has changed since this was last asked. To be called by the
   * thread that drives the core, between events.
   */
  public Optional<MasterView> refreshView() {
    return views == null ? Optional.empty() : views.refresh();
  }
}
