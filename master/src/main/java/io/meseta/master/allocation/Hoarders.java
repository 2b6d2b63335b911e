package io.meseta.master.allocation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds who hoards offers. Looks at agents only while somebody may hold too much. */
final class Hoarders {
  private final Ledger ledger;
  private final Contenders contenders;

  Hoarders(Ledger ledger, Contenders contenders) {
    this.ledger = ledger;
    this.contenders = contenders;
  }

  /** What a framework holds for too long, the oldest first. */
  private record Old(FrameworkNode framework, List<AgentNode.OpenGrant> grants, Amounts held) {}

  /**
   * Who holds too much since before this time; nobody as long as there is no one else to want it.
   */
  List<Hoarder> since(Instant before, Collection<FrameworkNode> frameworks) {
    if (contenders.frameworks() < 2) {
      return List.of();
    }
    var all = new ArrayList<Old>();
    for (FrameworkNode framework : frameworks) {
      var grants = old(framework, before);
      if (!grants.isEmpty()) {
        all.add(new Old(framework, grants, held(grants)));
      }
    }
    var unused = unused(all);
    var hoarders = new ArrayList<Hoarder>();
    for (Old old : all) {
      var hoarder = judge(old, unused);
      if (hoarder != null) {
        hoarders.add(hoarder);
      }
    }
    return Collections.unmodifiableList(hoarders);
  }

  private static List<AgentNode.OpenGrant> old(FrameworkNode framework, Instant before) {
    var old = new ArrayList<AgentNode.OpenGrant>();
    for (AgentNode.OpenGrant open : framework.openGrants()) {
      if (open.since().isAfter(before)) {
        break; // They are in the order in which they were made.
      }
      old.add(open);
    }
    return old;
  }

  private Amounts held(List<AgentNode.OpenGrant> grants) {
    var sums = new Sums(ledger.names());
    var held = new Amounts();
    grants.forEach(open -> held.plus(sums.of(open.grant().resources()).unreserved));
    return held;
  }

  private @Nullable Hoarder judge(Old old, Amounts unused) {
    boolean all = old.grants().size() >= contenders.offerLimit();
    if (!all && isAtMostHalf(old.held(), unused)) {
      return null;
    }
    return new Hoarder(
        old.framework().facts().id(),
        old.grants().size(),
        old.grants().get(0).since(),
        old.held().quantities(ledger.names()),
        all ? Hoarder.Why.OFFER_LIMIT : Hoarder.Why.MOST_OF_THE_FREE);
  }

  private static boolean isAtMostHalf(Amounts held, Amounts unused) {
    for (int name = 0; name < held.end(); name++) {
      if (held.get(name) > unused.get(name) / 2) {
        return false;
      }
    }
    return true;
  }

  /**
   * What is free or offered to anybody, reserved for nobody, on active agents: all of it, or so
   * much that nobody holds more than half.
   */
  private Amounts unused(List<Old> all) {
    var sums = new Sums(ledger.names());
    var unused = new Amounts();
    int judged = 0;
    for (AgentNode agent : ledger.agents().all()) {
      while (judged < all.size() && isAtMostHalf(all.get(judged).held(), unused)) {
        judged++; // More that is not used cannot make it more than half.
      }
      if (judged == all.size()) {
        return unused;
      }
      if (agent.isActive()) {
        unused.plus(sums.of(agent.free()).unreserved);
        for (AgentNode.OpenGrant open : agent.openGrants()) {
          unused.plus(sums.of(open.grant().resources()).unreserved);
        }
      }
    }
    return unused;
  }
}
