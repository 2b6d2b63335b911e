package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How the allocation is configured.
 *
 * @param interval how often the core runs a cycle; no filter lives shorter, because it could not be
 *     noticed
 * @param minAllocatable an offer has to contain any one of these amounts; empty: any offer will do
 * @param gpuAgentsOnlyForGpuFrameworks agents with GPUs are hidden from frameworks without the
 *     capability GPU_RESOURCES, so that they are not filled up by tasks that need none
 * @param maxOpenOffers how many unanswered offers one framework may hold; 0: half of the agents and
 *     at least {@value #AUTOMATIC_MINIMUM} as long as another framework wants offers, else any
 *     number. So a framework that does not answer cannot starve the others even before its offers
 *     time out, and one that collects offers in a small cluster is not hindered.
 * @param order which agents are given away first
 */
public record AllocationOptions(
    Duration interval,
    List<Quantities> minAllocatable,
    boolean gpuAgentsOnlyForGpuFrameworks,
    int maxOpenOffers,
    AllocationOrder order) {

  static final int AUTOMATIC_MINIMUM = 16;

  public AllocationOptions {
    minAllocatable = List.copyOf(minAllocatable);
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("The allocation interval must be positive: " + interval);
    }
    if (maxOpenOffers < 0) {
      throw new IllegalArgumentException(
          "The number of offers that a framework may hold cannot be negative: " + maxOpenOffers);
    }
  }

  /** As in Mesos: each second; at least 0.01 CPU or 32 MB. */
  public static AllocationOptions defaults() {
    return new AllocationOptions(
        Duration.ofSeconds(1),
        List.of(
            Quantities.ofMilli(Collections.singletonMap("cpus", 10L)),
            Quantities.ofMilli(Collections.singletonMap("mem", 32_000L))),
        true,
        0,
        AllocationOrder.SPREAD);
  }

  /**
   * Reads {@code cpus:0.01|mem:32} and {@code cpus:1;mem:64|gpus:1}: alternatives divided by {@code
   * |}, empty for none.
   */
  public static List<Quantities> parseMinAllocatable(String text) throws ResourceException {
    var alternatives = new ArrayList<Quantities>();
    if (!text.isBlank()) {
      for (String alternative : text.split("\\|", -1)) {
        var quantities = Quantities.parse(alternative);
        if (quantities.isEmpty()) {
          throw new ResourceException("'" + text + "' has an empty alternative");
        }
        alternatives.add(quantities);
      }
    }
    return alternatives;
  }

  public AllocationOptions withInterval(Duration other) {
    return new AllocationOptions(
        other, minAllocatable, gpuAgentsOnlyForGpuFrameworks, maxOpenOffers, order);
  }

  public AllocationOptions withMinAllocatable(List<Quantities> other) {
    return new AllocationOptions(
        interval, other, gpuAgentsOnlyForGpuFrameworks, maxOpenOffers, order);
  }

  public AllocationOptions withGpuAgentsOnlyForGpuFrameworks(boolean other) {
    return new AllocationOptions(interval, minAllocatable, other, maxOpenOffers, order);
  }

  public AllocationOptions withMaxOpenOffers(int other) {
    return new AllocationOptions(
        interval, minAllocatable, gpuAgentsOnlyForGpuFrameworks, other, order);
  }

  public AllocationOptions withOrder(AllocationOrder other) {
    return new AllocationOptions(
        interval, minAllocatable, gpuAgentsOnlyForGpuFrameworks, maxOpenOffers, other);
  }
}
