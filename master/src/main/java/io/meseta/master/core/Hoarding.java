package io.meseta.master.core;

import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.Hoarder;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of frameworks that hold offers which others want: once when it begins, and again only when
 * it has ended in between.
 */
final class Hoarding {

  private static final Logger log = LoggerFactory.getLogger(Hoarding.class);

  /** How often is looked, which may cost a look at each agent. */
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

  /** What counts as long where offers never time out. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final LinkedHashSet<FrameworkId> warned = new LinkedHashSet<>();
  private Instant nextCheck = Instant.MIN;

  Hoarding(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Half of the time in which an offer has to be answered. */
  private Duration tooLong() {
    return cluster.settings.offerTimeout().map(timeout -> timeout.dividedBy(2)).orElse(LONG);
  }

  /** To be called at each regular allocation. */
  void maybeWarn(Instant at) {
    if (at.isBefore(nextCheck)) {
      return;
    }
    nextCheck = at.plus(CHECK_INTERVAL);
    List<Hoarder> hoarders = cluster.allocator.hoarders(tooLong(), at);
    warned.retainAll(hoarders.stream().map(Hoarder::framework).toList());
    for (Hoarder hoarder : hoarders) {
      if (warned.add(hoarder.framework())) {
        cluster.count(MasterCounter.OFFERS_HOARDED);
        log.warn("Others wait for what it holds: {}", hoarder.text());
      }
    }
  }
}
