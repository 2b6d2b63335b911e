package io.meseta.master.allocation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds who hoards offers. Looks at agents only when somebody holds an old offer. */
final class Hoarders {
  private final Ledger ledger;
  private final Contenders contenders;

  Hoarders(Ledger ledger, Contenders contenders) {
    this.ledger = ledger;
    this.contenders = contenders;
  }

  /**
   * Who holds too much since before this time; nobody as long as there is no one else to want it.
   */
  List<Hoarder> since(Instant before, Collection<FrameworkNode> frameworks) {
    if (contenders.frameworks() < 2) {
      return List.of();
    }
    var hoarders = new ArrayList<Hoarder>();
    Amounts unused = null;
    for (FrameworkNode framework : frameworks) {
      var old = old(framework, before);
      if (!old.isEmpty()) {
        unused = unused == null ? unused() : unused;
        var hoarder = judge(framework, old, unused);
        if (hoarder != null) {
          hoarders.add(hoarder);
        }
      }
    }
    return Collections.unmodifiableList(hoarders);
  }

  /** The oldest come first. */
  private static List<AgentNode.OpenGrant> old(FrameworkNode framework, Instant before) {
    var old = new ArrayList<AgentNode.OpenGrant>();
    for (AgentNode.OpenGrant open : framework.openGrants()) {
      if (open.since().isAfter(before)) {
        break;
      }
      old.add(open);
    }
    return old;
  }

  private @Nullable Hoarder judge(
      FrameworkNode framework, List<AgentNode.OpenGrant> old, Amounts unused) {
    var sums = new Sums(ledger.names());
    var held = new Amounts();
    old.forEach(open -> held.plus(sums.of(open.grant().resources()).unreserved));
    boolean most = false;
    for (int name = 0; name < held.end(); name++) {
      most |= held.get(name) > unused.get(name) / 2;
    }
    boolean all = old.size() >= contenders.offerLimit();
    return all || most
        ? new Hoarder(
            framework.facts().id(),
            old.size(),
            old.get(0).since(),
            held.quantities(ledger.names()),
            all ? Hoarder.Why.OFFER_LIMIT : Hoarder.Why.MOST_OF_THE_FREE)
        : null;
  }

  /** All that is free or offered to anybody, reserved for nobody, on active agents. */
  private Amounts unused() {
    var sums = new Sums(ledger.names());
    var unused = new Amounts();
    for (AgentNode agent : ledger.agents().all()) {
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
