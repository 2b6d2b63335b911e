package io.meseta.testkit.simulation.check;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.master.registry.RegistrySnapshot;
import java.time.Duration;
import java.util.TreeMap;

/** Since when, as one master can know, its frameworks are away. */
final class FrameworkAbsences {
  /** Clocks of hosts run apart by less than this share. */
  private static final double DRIFT = 0.01;

  private final Ledger ledger;
  private final TreeMap<String, Long> awaySinceNs = new TreeMap<>();
  private final TreeMap<String, Long> hereSinceNs = new TreeMap<>();
  private long termBeganNs;

  FrameworkAbsences(Ledger ledger) {
    this.ledger = ledger;
  }

  void termBegan(RegistrySnapshot registry) {
    termBeganNs = ledger.agenda.now();
    awaySinceNs.clear();
    hereSinceNs.clear();
    registry
        .frameworks()
        .forEach(record -> awaySinceNs.put(record.getInfo().getId().getValue(), termBeganNs));
  }

  void came(String framework) {
    awaySinceNs.remove(framework);
    hereSinceNs.put(framework, ledger.agenda.now());
  }

  void left(String framework) {
    hereSinceNs.remove(framework);
    awaySinceNs.put(framework, ledger.agenda.now());
  }

  /**
   * Why it is too early to count the framework out; empty if it is not.
   *
   * @param info what it has said of itself last
   */
  String notYetOver(String id, FrameworkInfo info) {
    if (ledger.isTornDown(id)) {
      return "";
    }
    if (hereSinceNs.containsKey(id)) {
      return "it is connected";
    }
    long away = ledger.agenda.now() - awaySinceNs.getOrDefault(id, termBeganNs);
    double patience = info.getFailoverTimeout() * 1e9 * (1 - DRIFT);
    return away >= patience
        ? ""
        : "it is away for "
            + Duration.ofNanos(away).toSeconds()
            + " s only, of the "
            + info.getFailoverTimeout()
            + " s that it has";
  }
}
