package io.meseta.common.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many calls a second principals may make, in Mesos's form: {@code {"limits": [{"principal":
 * "a", "qps": 10.5, "capacity": 100}], "aggregate_default_qps": 100, "aggregate_default_capacity":
 * 1000}}. A principal without {@code qps} is not limited; all that are not named share the default.
 *
 * @param named empty values: not limited
 * @param others together; empty: not limited
 */
public record RateLimits(SortedMap<String, Optional<Limit>> named, Optional<Limit> others) {

  /** So many calls wait where nothing is said; Mesos would let them be any number. */
  static final int DEFAULT_CAPACITY = 1_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FIELDS =
      List.of("limits", "aggregate_default_qps", "aggregate_default_capacity");
  private static final List<String> LIMIT_FIELDS = List.of("principal", "qps", "capacity");

  /**
   * One limit.
   *
   * @param capacity so many calls may wait for their turn; further ones are refused
   */
  public record Limit(double qps, int capacity) {
    public Limit {
      if (!(qps > 0) || Double.isInfinite(qps)) {
        throw new IllegalArgumentException("--rate_limits: qps is more than 0, not " + qps);
      }
      if (capacity < 0) {
        throw new IllegalArgumentException("--rate_limits: a capacity cannot be " + capacity);
      }
    }
  }

  public RateLimits {
    named = Collections.unmodifiableSortedMap(new TreeMap<>(named));
  }

  /** Nobody is limited. */
  public static RateLimits none() {
    return new RateLimits(new TreeMap<>(), Optional.empty());
  }

  /**
   * Reads Mesos's form.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static RateLimits parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("--rate_limits is no JSON: " + e.getOriginalMessage(), e);
    }
    requireKnown(root, FIELDS);
    SortedMap<String, Optional<Limit>> named = new TreeMap<>();
    for (JsonNode node : root.path("limits")) {
      requireKnown(node, LIMIT_FIELDS);
      String principal = node.path("principal").asText();
      if (principal.isEmpty()) {
        throw new IllegalArgumentException("--rate_limits: a limit lacks its principal");
      }
      if (named.put(principal, limit(node, "qps", "capacity")) != null) {
        throw new IllegalArgumentException("--rate_limits: '" + principal + "' is there twice");
      }
    }
    return new RateLimits(
        named, limit(root, "aggregate_default_qps", "aggregate_default_capacity"));
  }

  /** The limit of somebody, and by what name it is kept: empty for that which is shared. */
  Map.Entry<String, Optional<Limit>> of(Optional<String> principal) {
    String name = principal.orElse("");
    Optional<Limit> own = named.get(name);
    return own == null ? Map.entry("", others) : Map.entry(name, own);
  }

  private static Optional<Limit> limit(JsonNode node, String qps, String capacity) {
    if (!node.has(qps)) {
      return Optional.empty();
    }
    if (!node.get(qps).isNumber()
        || (node.has(capacity) && !node.get(capacity).canConvertToInt())) {
      throw new IllegalArgumentException(
          "--rate_limits: " + qps + " and " + capacity + " are numbers");
    }
    return Optional.of(
        new Limit(node.get(qps).doubleValue(), node.path(capacity).asInt(DEFAULT_CAPACITY)));
  }

  private static void requireKnown(JsonNode node, List<String> fields) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("--rate_limits: this should be an object: " + node);
    }
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!fields.contains(name)) {
            throw new IllegalArgumentException(
                "--rate_limits: there is no '" + name + "', but " + String.join(", ", fields));
          }
        });
  }
}
