package io.meseta.master.allocation;

import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What frameworks have refused and do not want to see again yet: per claim and agent, by their
 * numbers.
 *
 * <p>There may be millions, so a filter is no object but a number, and what is known of it stands
 * in arrays: found by claim and agent through a hash table, in the lists of its claim and its agent
 * when one of those is gone, and by the time of its end through a {@link TimerWheel}. Adding,
 * finding and ending one takes O(1).
 */
final class Filters implements PairTable.Pairs {
  /** Hides whatever is contained in {@code refused}. */
  record Filter(int claim, int agent, Resources refused, Instant until) {}

  /**
   * More of them for one claim and agent would be refusals that do not contain each other, again
   * and again for a long time: the one that ends first is given up.
   */
  static final int MAX_PER_PAIR = 16;

  private static final int NONE = -1;

  private int[] claims = {};
  private int[] agents = {};
  private final ArrayList<@Nullable Resources> refused = new ArrayList<>();

  /** Filters of the same claim and agent. */
  private int[] nextOfPair = {};

  private final NumberLists ofClaims = new NumberLists();
  private final NumberLists ofAgents = new NumberLists();
  private final PairTable firstOfPair = new PairTable(this);
  private final TimerWheel wheel = new TimerWheel(0);

  /** The numbers that were used and are not: linked by {@link #nextOfPair}. */
  private int firstUnused = NONE;

  private int used;
  private int size;

  /** Replaces those filters of the pair that would hide less and end earlier. */
  void add(int claim, int agent, Resources resources, Instant until) {
    long end = millis(until);
    int count = 0;
    int earliest = NONE;
    for (int f = first(claim, agent), next; f != NONE; f = next) {
      next = nextOfPair[f];
      if (wheel.deadline(f) <= end && resources.contains(resources(f))) {
        remove(f);
      } else {
        count++;
        earliest = earliest == NONE || deadline(f) < deadline(earliest) ? f : earliest;
      }
    }
    if (count >= MAX_PER_PAIR) {
      remove(earliest);
    }
    int filter = take();
    claims[filter] = claim;
    agents[filter] = agent;
    refused.set(filter, resources);
    nextOfPair[filter] = first(claim, agent);
    firstOfPair.put(filter);
    ofClaims.add(claim, filter);
    ofAgents.add(agent, filter);
    wheel.set(filter, end);
    size++;
  }

  /** A filter never ends before its time: what is less than a millisecond is one. */
  private static long millis(Instant instant) {
    long millis = instant.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(instant) ? millis + 1 : millis;
  }

  /** The filter that hides these resources longest, if one does. */
  @Nullable Filter hiding(int claim, int agent, Resources offerable, Instant now) {
    int longest = NONE;
    for (int f = first(claim, agent); f != NONE; f = nextOfPair[f]) {
      if (deadline(f) > now.toEpochMilli()
          && (longest == NONE || deadline(f) > deadline(longest))
          && resources(f).contains(offerable)) {
        longest = f;
      }
    }
    return longest == NONE ? null : filter(longest);
  }

  /** Told of a claim and an agent, as {@link #claimOf} and {@link #agentOf} take them apart. */
  interface Ended extends LongConsumer {}

  static int claimOf(long pair) {
    return (int) (pair >>> 32);
  }

  static int agentOf(long pair) {
    return (int) pair;
  }

  private static long pair(int claim, int agent) {
    return (long) claim << 32 | agent;
  }

  @Override
  public long pairOf(int filter) {
    return pair(claims[filter], agents[filter]);
  }

  /** Forgets what has ended, and tells whose and where: there may be something to offer again. */
  void expire(Instant now, Ended ended) {
    wheel.advance(
        now.toEpochMilli(),
        filter -> {
          long pair = pairOf(filter);
          forget(filter);
          ended.accept(pair);
        });
  }

  Optional<Instant> nextEnd() {
    return size == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(wheel.earliest()));
  }

  void clearClaim(int claim) {
    for (int f = ofClaims.first(claim); f != NONE; f = ofClaims.first(claim)) {
      remove(f);
    }
  }

  /** Tells on which agents the claim has filters. */
  void agentsOf(int claim, IntConsumer agent) {
    for (int f = ofClaims.first(claim); f != NONE; f = ofClaims.next(f)) {
      agent.accept(agents[f]);
    }
  }

  void clearAgent(int agent) {
    for (int f = ofAgents.first(agent); f != NONE; f = ofAgents.first(agent)) {
      remove(f);
    }
  }

  int size() {
    return size;
  }

  /** Those of an agent, for checks. */
  List<Filter> ofAgent(int agent) {
    var filters = new ArrayList<Filter>();
    for (int f = ofAgents.first(agent); f != NONE; f = ofAgents.next(f)) {
      filters.add(filter(f));
    }
    return filters;
  }

  private Filter filter(int f) {
    return new Filter(claims[f], agents[f], resources(f), Instant.ofEpochMilli(deadline(f)));
  }

  private long deadline(int filter) {
    return wheel.deadline(filter);
  }

  private Resources resources(int filter) {
    var resources = refused.get(filter);
    if (resources == null) {
      throw new IllegalStateException("No filter has the number " + filter);
    }
    return resources;
  }

  private int first(int claim, int agent) {
    return firstOfPair.get(pair(claim, agent));
  }

  private void remove(int filter) {
    wheel.cancel(filter);
    forget(filter);
  }

  private void forget(int filter) {
    int claim = claims[filter];
    int agent = agents[filter];
    int first = first(claim, agent);
    if (first == filter && nextOfPair[filter] == NONE) {
      firstOfPair.remove(pair(claim, agent));
    } else if (first == filter) {
      firstOfPair.put(nextOfPair[filter]);
    } else {
      int before = first;
      while (nextOfPair[before] != filter) {
        before = nextOfPair[before];
      }
      nextOfPair[before] = nextOfPair[filter];
    }
    ofClaims.remove(claim, filter);
    ofAgents.remove(agent, filter);
    refused.set(filter, null);
    nextOfPair[filter] = firstUnused;
    firstUnused = filter;
    size--;
  }

  private int take() {
    if (firstUnused != NONE) {
      int filter = firstUnused;
      firstUnused = nextOfPair[filter];
      return filter;
    }
    if (used == claims.length) {
      int capacity = Math.max(16, used + used / 4);
      claims = Arrays.copyOf(claims, capacity);
      agents = Arrays.copyOf(agents, capacity);
      nextOfPair = Arrays.copyOf(nextOfPair, capacity);
      refused.ensureCapacity(capacity);
    }
    refused.add(null);
    return used++;
  }
}
