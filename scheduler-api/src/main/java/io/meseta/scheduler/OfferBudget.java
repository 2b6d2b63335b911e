package io.meseta.scheduler;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.scheduler.internal.ResourcePool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Packs tasks into an offer, and knows what is left.
 *
 * <pre>{@code
 * OfferBudget budget = OfferBudget.of(offer);
 * while (!waiting.isEmpty() && budget.fits(waiting.peek())) {
 *   budget.add(waiting.remove());
 * }
 * driver.launch(budget); // declines the offer if nothing was added
 * }</pre>
 *
 * <p>Resources that are reserved for the role are used before unreserved ones. Persistent volumes,
 * whole disks, shared and revocable resources are never used by this class. Not thread-safe.
 */
public final class OfferBudget {

  private final List<OfferID> offerIds;
  private final AgentID agent;
  private final ResourcePool pool;
  private final List<TaskInfo> tasks = new ArrayList<>();

  private OfferBudget(List<Offer> offers) {
    this.offerIds = offers.stream().map(Offer::getId).toList();
    this.agent = offers.get(0).getAgentId();
    this.pool =
        new ResourcePool(
            offers.stream().flatMap(offer -> offer.getResourcesList().stream()).toList());
  }

  /**
   * A budget of one or more offers.
   *
   * @param offers of one agent and for one role
   * @return with nothing in it
   * @throws IllegalArgumentException for no offers, and for offers that cannot be used together
   */
  public static OfferBudget of(Offer... offers) {
    if (offers.length == 0) {
      throw new IllegalArgumentException("A budget needs at least one offer");
    }
    Offer first = offers[0];
    for (Offer offer : offers) {
      if (!offer.getAgentId().equals(first.getAgentId())
          || !offer.getAllocationInfo().equals(first.getAllocationInfo())) {
        throw new IllegalArgumentException(
            "Offers can be used together only if they are of one agent and for one role: "
                + first.getId().getValue()
                + " and "
                + offer.getId().getValue()
                + " are not");
      }
    }
    return new OfferBudget(List.of(offers));
  }

  /**
   * Whether there is room for the task.
   *
   * @param task a description
   * @return whether {@link #add} will work
   * @throws IllegalStateException when the description lacks something
   */
  public boolean fits(TaskBuilder task) {
    return lacking(task).isEmpty();
  }

  /**
   * What is missing for the task.
   *
   * @param task a description
   * @return for people; empty when there is room
   * @throws IllegalStateException when the description lacks something
   */
  public Optional<String> lacking(TaskBuilder task) {
    for (Map.Entry<String, Long> need : task.demand().entrySet()) {
      long available = pool.available(need.getKey());
      if (available < need.getValue()) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "task %s needs %s:%.3f, and %.3f is left",
                task.name(),
                need.getKey(),
                need.getValue() / 1000.0,
                available / 1000.0));
      }
    }
    long ports = pool.availablePorts();
    return ports < task.portCount()
        ? Optional.of(
            "task "
                + task.name()
                + " needs "
                + task.portCount()
                + " ports, and "
                + ports
                + " are left")
        : Optional.empty();
  }

  /**
   * Takes what the task needs, and makes the task.
   *
   * @param task a description
   * @return the task, which {@link SchedulerDriver#launch(OfferBudget)} will launch
   * @throws IllegalArgumentException when there is not enough left; the text says of what
   * @throws IllegalStateException when the description lacks something
   */
  public TaskInfo add(TaskBuilder task) {
    lacking(task)
        .ifPresent(what -> {
          throw new IllegalArgumentException("Agent " + agent.getValue() + ": " + what);
        });
    List<Resource> taken = new ArrayList<>();
    task.demand().forEach((name, amount) -> taken.addAll(pool.take(name, amount)));
    ResourcePool.Ports ports = pool.takePorts(task.portCount());
    taken.addAll(ports.resources());
    TaskInfo made = task.build(agent, taken, ports.numbers());
    tasks.add(made);
    return made;
  }

  /**
   * The tasks that were added.
   *
   * @return a copy
   */
  public List<TaskInfo> tasks() {
    return List.copyOf(tasks);
  }

  /**
   * The offers that the tasks are to be launched on.
   *
   * @return at least one
   */
  public List<OfferID> offerIds() {
    return offerIds;
  }

  /**
   * What no task has taken.
   *
   * @return a copy
   */
  public List<Resource> leftover() {
    return pool.leftover();
  }
}
