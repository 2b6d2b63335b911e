package io.meseta.cli.whatif;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Quota;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is tried.
 *
 * @param removed ids or hostnames of agents
 * @param weightsMilli in thousandths
 */
record Changes(
    Optional<Added> added,
    List<String> removed,
    Map<String, Quota> quotas,
    Map<String, Long> weightsMilli) {

  static final Changes NONE =
      new Changes(Optional.empty(), List.of(), new TreeMap<>(), new TreeMap<>());

  private static final int MOST_ADDED = 100_000;
  private static final BigDecimal MOST_WEIGHT = BigDecimal.valueOf(1_000_000);

  /**
   * New agents.
   *
   * @param resources what each has; like the first agent that is there, if not said
   */
  record Added(int count, Optional<Resources> resources) {

    /**
     * Reads {@code 3} and {@code 3:cpus:8;mem:16384}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static Added parse(String text) {
      int colon = text.indexOf(':');
      String count = colon < 0 ? text : text.substring(0, colon);
      if (!count.matches("\\d{1,6}")
          || Integer.parseInt(count) < 1
          || Integer.parseInt(count) > MOST_ADDED) {
        throw new IllegalArgumentException(
            "--add-agents is a number up to "
                + MOST_ADDED
                + ", and perhaps what each has, such as 3:cpus:8;mem:16384, but is '"
                + text
                + "'");
      }
      try {
        return new Added(
            Integer.parseInt(count),
            colon < 0 ? Optional.empty() : Optional.of(Resources.parse(text.substring(colon + 1))));
      } catch (ResourceException e) {
        throw new IllegalArgumentException("--add-agents: " + e.getMessage(), e);
      }
    }
  }

  /** Reads quotas and weights by role. */
  static Changes of(
      Optional<String> added,
      List<String> removed,
      Map<String, String> quotas,
      Map<String, String> weights) {
    Map<String, Quota> parsedQuotas = new TreeMap<>();
    quotas.forEach((role, text) -> parsedQuotas.put(role, quota(role, text)));
    Map<String, Long> parsedWeights = new TreeMap<>();
    weights.forEach((role, text) -> parsedWeights.put(role, weightMilli(role, text)));
    return new Changes(added.map(Added::parse), List.copyOf(removed), parsedQuotas, parsedWeights);
  }

  /** {@code cpus:4;mem:8192}, a guarantee that is the limit; or {@code guarantee/limit}. */
  private static Quota quota(String role, String text) {
    int slash = text.indexOf('/');
    try {
      if (slash < 0) {
        return Quota.exactly(Quantities.parse(text));
      }
      String guarantee = text.substring(0, slash);
      String limit = text.substring(slash + 1);
      return new Quota(
          guarantee.isBlank() ? Quantities.EMPTY : Quantities.parse(guarantee),
          limit.isBlank() ? new TreeMap<>() : new TreeMap<>(Quantities.parse(limit).asMap()));
    } catch (ResourceException | IllegalArgumentException e) {
      throw new IllegalArgumentException("--quota " + role + "=" + text + ": " + e.getMessage(), e);
    }
  }

  private static long weightMilli(String role, String text) {
    String wrong = "--weight " + role + "=" + text + " is no number from 0.001 to " + MOST_WEIGHT;
    try {
      BigDecimal weight = new BigDecimal(text);
      if (weight.compareTo(MOST_WEIGHT) > 0) {
        throw new IllegalArgumentException(wrong);
      }
      long milli = weight.movePointRight(3).longValue();
      if (milli < 1) {
        throw new IllegalArgumentException(wrong);
      }
      return milli;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong, e);
    }
  }

  Snapshot applyTo(Snapshot snapshot) {
    Snapshot left = snapshot.without(removed);
    return added.map(left::plus).orElse(left);
  }
}
