package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.CloseLink;
import io.meseta.agent.core.AgentEffect.OpenLink;
import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.MasterSilent;
import io.meseta.agent.core.AgentTimer.Reconnect;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Leaving;
import io.meseta.api.link.v1.Registered;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's end of the link: which master leads, and whether it can be spoken to.
 *
 * <p>There is one link at most. Each attempt has a new number, so that what is still on the way
 * from an older one is recognized and ignored. A link on which nothing is heard for too long is
 * dead, also while it is being opened or the registration waits for its answer.
 */
final class MasterLink {

  private static final Logger log = LoggerFactory.getLogger(MasterLink.class);

  /** Bounds for what a master may ask for; beyond them it makes no sense. */
  private static final Duration SHORTEST_SILENCE = Duration.ofMillis(100);

  private static final int LONGEST_SILENCE_SECONDS = 3600;

  private final Turn turn;
  private final Counters counters;
  private final AgentSettings settings;
  private final AgentIdentity identity;

  private Optional<LeaderAddress> leader = Optional.empty();
  private LinkState state = LinkState.NO_LEADER;
  private long linkId;
  private int failedAttempts;

  /** Whether a master has known this process. */
  private boolean wasRegistered;

  private Duration silenceLimit;

  MasterLink(Turn turn, Counters counters, AgentSettings settings, AgentIdentity identity) {
    this.turn = turn;
    this.counters = counters;
    this.settings = settings;
    this.identity = identity;
    this.silenceLimit = settings.registrationLimit();
  }

  void leaderChanged(Optional<LeaderAddress> next) {
    if (state == LinkState.LEAVING) {
      retire();
      return;
    }
    if (state == LinkState.RETIRED || (next.equals(leader) && hasLink())) {
      return;
    }
    log.info("Leading master: {}", next.map(LeaderAddress::toString).orElse("none"));
    drop();
    leader = next;
    failedAttempts = 0;
    if (leader.isEmpty()) {
      state = LinkState.NO_LEADER;
    } else if (wasRegistered && !settings.registrationSpread().isZero()) {
      // All agents hear of a new leader in the same moment.
      state = LinkState.WAITING;
      BackOff takeover =
          new BackOff(Duration.ZERO, settings.registrationSpread(), settings.registrationSpread());
      turn.order(new SetTimer(new Reconnect(), takeover.spread(0, identity.runId())));
    } else {
      open(leader.get());
    }
  }

  private void open(LeaderAddress address) {
    linkId++;
    state = LinkState.OPENING;
    silenceLimit = settings.registrationLimit();
    turn.order(new OpenLink(linkId, address));
    restartSilenceTimer();
  }

  private void restartSilenceTimer() {
    turn.order(new SetTimer(new MasterSilent(linkId), silenceLimit));
  }

  /** Whether an event is about the link at hand; counted if it is not. */
  boolean isCurrent(long id) {
    boolean current = hasLink() && id == linkId;
    if (!current) {
      counters.count(AgentCounter.STALE_LINK_EVENTS);
    }
    return current;
  }

  private boolean hasLink() {
    return switch (state) {
      case OPENING, REGISTERING, REGISTERED, LEAVING -> true;
      case NO_LEADER, WAITING, RETIRED -> false;
    };
  }

  /** The current link is open: the agent has to introduce itself. */
  void opened() {
    state = LinkState.REGISTERING;
    restartSilenceTimer();
  }

  /** Something was heard on the current link. */
  void heard() {
    restartSilenceTimer();
  }

  void registered(Registered answer) {
    log.info(
        "Registered with master {} as agent {}",
        answer.getMasterId(),
        answer.getAgentId().getValue());
    state = LinkState.REGISTERED;
    wasRegistered = true;
    failedAttempts = 0;
    silenceLimit = bounded(answer.getSilenceLimitSeconds());
    restartSilenceTimer();
  }

  private static Duration bounded(double seconds) {
    if (seconds >= LONGEST_SILENCE_SECONDS) {
      return Duration.ofSeconds(LONGEST_SILENCE_SECONDS);
    }
    // A NaN is greater than nothing and becomes the shortest: the link is opened anew, no worse.
    long millis = seconds > 0 ? Math.round(seconds * 1000) : 0;
    return Duration.ofMillis(Math.max(millis, SHORTEST_SILENCE.toMillis()));
  }

  /** The current link has ended by itself. */
  void closed(String reason) {
    turn.order(new CancelTimer(new MasterSilent(linkId)));
    retryLater(reason);
  }

  /** Ends the link and opens another one at once: the agent has something new to say of itself. */
  void reopen() {
    if (hasLink() && state != LinkState.LEAVING && leader.isPresent()) {
      drop();
      open(leader.get());
    }
  }

  /** Tells the master that the agent goes, and never speaks to one again. */
  void leave() {
    if (state == LinkState.REGISTERED) {
      state = LinkState.LEAVING;
      send(AgentMessage.newBuilder().setLeaving(Leaving.getDefaultInstance()).build());
      silenceLimit = settings.registrationLimit();
      restartSilenceTimer();
    } else {
      retire();
    }
  }

  void silent(long id) {
    if (isCurrent(id)) {
      giveUp("nothing was heard from the master for " + silenceLimit.toMillis() + " ms");
    }
  }

  /** Ends the current link and tries again after a while. */
  void giveUp(String reason) {
    drop();
    retryLater(reason);
  }

  private void drop() {
    if (hasLink()) {
      turn.order(new CancelTimer(new MasterSilent(linkId)));
      turn.order(new CloseLink(linkId));
    } else if (state == LinkState.WAITING) {
      turn.order(new CancelTimer(new Reconnect()));
    }
  }

  private void retryLater(String reason) {
    if (state == LinkState.LEAVING) {
      state = LinkState.RETIRED;
      return;
    }
    Duration wait = settings.reconnect().spread(failedAttempts++, identity.runId());
    log.warn("No link to the master: {}. Next attempt in {} ms", reason, wait.toMillis());
    state = LinkState.WAITING;
    turn.order(new SetTimer(new Reconnect(), wait));
  }

  void reconnect() {
    if (state == LinkState.WAITING && leader.isPresent()) {
      open(leader.get());
    }
  }

  /** Never speaks to a master again. */
  void retire() {
    drop();
    state = LinkState.RETIRED;
  }

  boolean isRegistered() {
    return state == LinkState.REGISTERED;
  }

  boolean isRegistering() {
    return state == LinkState.REGISTERING;
  }

  void send(AgentMessage message) {
    turn.order(new SendToMaster(linkId, message));
  }

  LinkState state() {
    return state;
  }

  Optional<LeaderAddress> leader() {
    return leader;
  }

  long linkId() {
    return linkId;
  }
}
