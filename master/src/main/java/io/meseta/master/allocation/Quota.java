package io.meseta.master.allocation;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.quota.QuotaRequest;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Scalar;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a role and those below it get together.
 *
 * @param guarantees so much is kept for it, whoever else wants it
 * @param limitsMilli more than this, in thousandths, it does not get; 0 is a limit, and what is not
 *     named has none
 */
public record Quota(Quantities guarantees, SortedMap<String, Long> limitsMilli) {
  /** Neither guarantee nor limit. */
  public static final Quota NONE = new Quota(Quantities.EMPTY, Collections.emptySortedMap());

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException when a limit is negative, or lower than the guarantee
   */
  public Quota {
    limitsMilli = Collections.unmodifiableSortedMap(new TreeMap<>(limitsMilli));
    for (Map.Entry<String, Long> limit : limitsMilli.entrySet()) {
      if (limit.getValue() < guarantees.get(limit.getKey())) {
        throw new IllegalArgumentException(
            "The limit of %s is %s, less than the guarantee of %s"
                .formatted(
                    limit.getKey(),
                    new Scalar(limit.getValue()),
                    new Scalar(guarantees.get(limit.getKey()))));
      }
      if (limit.getValue() < 0) {
        throw new IllegalArgumentException("The limit of " + limit.getKey() + " is negative");
      }
    }
  }

  /**
   * The quota that the message describes.
   *
   * @throws IllegalArgumentException which says what is wrong with it
   */
  public static Quota of(QuotaConfig config) {
    return new Quota(
        Quantities.ofMilli(milli(config.getGuaranteesMap())), milli(config.getLimitsMap()));
  }

  /** What the older kind of request asks for: a guarantee that is the limit as well. */
  public static QuotaConfig configOf(QuotaRequest request) {
    var amounts = new TreeMap<String, Value.Scalar>();
    for (Resource resource : request.getGuaranteeList()) {
      amounts.merge(
          resource.getName(),
          resource.getScalar(),
          (one, other) ->
              Value.Scalar.newBuilder().setValue(one.getValue() + other.getValue()).build());
    }
    return QuotaConfig.newBuilder()
        .setRole(request.getRole())
        .putAllGuarantees(amounts)
        .putAllLimits(amounts)
        .build();
  }

  private static SortedMap<String, Long> milli(Map<String, Value.Scalar> amounts) {
    var milli = new TreeMap<String, Long>();
    amounts.forEach((name, amount) -> {
      try {
        milli.put(name, Scalar.ofDouble(amount.getValue()).milli());
      } catch (ResourceException e) {
        throw new IllegalArgumentException("'" + name + "' " + e.getMessage(), e);
      }
    });
    return milli;
  }

  /** A guarantee that is the limit as well. */
  public static Quota exactly(Quantities amounts) {
    return new Quota(amounts, amounts.asMap());
  }

  /** No guarantee. */
  public static Quota limit(Map<String, Long> limitsMilli) {
    return new Quota(Quantities.EMPTY, new TreeMap<>(limitsMilli));
  }

  public boolean isNone() {
    return guarantees.isEmpty() && limitsMilli.isEmpty();
  }

  @Override
  public String toString() {
    var limits =
        limitsMilli.entrySet().stream()
            .map(limit -> limit.getKey() + ":" + new Scalar(limit.getValue()))
            .collect(Collectors.joining(";"));
    return "guarantees [" + guarantees + "], limits [" + limits + "]";
  }
}
