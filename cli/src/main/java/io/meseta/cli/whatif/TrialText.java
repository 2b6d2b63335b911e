package io.meseta.cli.whatif;

import io.meseta.cli.console.TextTable;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.RefusalReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A trial beside the one without changes, to read. */
final class TrialText {

  private static final int MOST_AGENTS = 20;
  private static final int MOST_FRAMEWORKS = 5;

  private final Trial unchanged;
  private final Trial trial;
  private final List<String> lines = new ArrayList<>();

  private TrialText(Trial unchanged, Trial trial) {
    this.unchanged = unchanged;
    this.trial = trial;
  }

  static List<String> of(Trial unchanged, Trial trial) {
    TrialText text = new TrialText(unchanged, trial);
    text.header();
    text.frameworks();
    text.agents();
    return text.lines;
  }

  private void header() {
    Snapshot before = unchanged.snapshot();
    Snapshot after = trial.snapshot();
    lines.add(
        String.format(
            "%d agents with [%s]; with the changes %d with [%s]",
            before.agents().size(), unchanged.totals(), after.agents().size(), trial.totals()));
    int lost = holdings(before) - holdings(after);
    if (lost > 0) {
      lines.add(lost + " tasks would be lost with the removed agents");
    }
    lines.add(
        "Offers are taken back, and every connected framework wants offers: filters, suppressed"
            + " roles and offer constraints are not in the state, nor quotas and weights.");
    lines.add("");
  }

  private static int holdings(Snapshot snapshot) {
    return snapshot.agents().stream().mapToInt(agent -> agent.inUse().size()).sum();
  }

  private void frameworks() {
    TextTable table =
        new TextTable(
            "FRAMEWORK",
            "ROLES",
            "SHARE NOW",
            "SHARE THEN",
            "OFFERS NOW",
            "OFFERS THEN",
            "OFFERED THEN",
            "SHARE IF USED");
    for (Snapshot.Framework framework : trial.snapshot().frameworks()) {
      Quantities granted = trial.granted(framework.id());
      table.row(
          framework.name() + " " + framework.id() + (framework.active() ? "" : " (inactive)"),
          String.join(",", framework.facts().roles()),
          percent(unchanged.share(unchanged.inUse(framework.id()))),
          percent(trial.share(trial.inUse(framework.id()))),
          Integer.toString(unchanged.grants(framework.id()).size()),
          Integer.toString(trial.grants(framework.id()).size()),
          granted.isEmpty() ? "-" : granted.toString(),
          percent(trial.share(trial.inUse(framework.id()).plus(granted))));
    }
    lines.addAll(table.lines(0));
    lines.add("");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  private void agents() {
    Map<AgentId, Resources> unwanted = trial.unwanted();
    long offered = trial.grants().stream().map(grant -> grant.agent()).distinct().count();
    long nothing =
        trial.snapshot().agents().stream()
            .filter(agent -> agent.facts().total().without(agent.used()).isEmpty())
            .count();
    lines.add(
        String.format(
            "agents: %d would be offered, %d have nothing to give, on %d something stays free",
            offered, nothing, unwanted.size()));
    unwanted.entrySet().stream()
        .limit(MOST_AGENTS)
        .forEach(left -> agent(left.getKey(), left.getValue()));
    if (unwanted.size() > MOST_AGENTS) {
      lines.add("  and " + (unwanted.size() - MOST_AGENTS) + " agents more");
    }
  }

  /** Frameworks with the same reasons are told together. */
  private void agent(AgentId agent, Resources left) {
    lines.add("  " + agent + ": [" + left + "] stays free");
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (Snapshot.Framework framework : trial.snapshot().frameworks()) {
      for (Explanation.Verdict verdict : trial.verdicts(framework.id(), agent)) {
        byReason
            .computeIfAbsent(why(verdict), ignored -> new ArrayList<>())
            .add(framework.name() + " (" + verdict.role() + ")");
      }
    }
    byReason.forEach((reason, who) -> lines.add("    " + names(who) + ": " + reason));
  }

  private static String why(Explanation.Verdict verdict) {
    return verdict.isOfferable()
        ? "may be offered in a later cycle"
        : verdict.reasons().stream()
            .filter(reason -> !isKnown(reason))
            .map(RefusalReason::text)
            .collect(Collectors.joining("; "));
  }

  /** What is in use or offered is not what stays free. */
  private static boolean isKnown(RefusalReason reason) {
    return reason instanceof RefusalReason.InUse || reason instanceof RefusalReason.Offered;
  }

  private static String names(List<String> who) {
    String some = who.stream().limit(MOST_FRAMEWORKS).collect(Collectors.joining(", "));
    return who.size() > MOST_FRAMEWORKS
        ? some + " and " + (who.size() - MOST_FRAMEWORKS) + " more"
        : some;
  }
}
