package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Makes tasks out of offers; some of them such as no master should take. */
final class Launcher {
  private static final int MOST_PER_OFFER = 3;

  private final FrameworkOwner owner;
  private final Draw draw;
  private final Draw checkDraw;
  private final double mistakes;
  private final TreeSet<String> usedTwice = new TreeSet<>();

  /**
   * @param checkDraw decides which tasks have a health check
   */
  Launcher(FrameworkOwner owner, Draw draw, Draw checkDraw, double mistakes) {
    this.owner = owner;
    this.draw = draw;
    this.checkDraw = checkDraw;
    this.mistakes = Math.min(0.2, 0.03 * mistakes);
  }

  /**
   * What to run there; empty when there is too little.
   *
   * @param all that is there, as operations have made it
   */
  List<TaskInfo> tasksFor(Offer offer, Resources all, int wanted, Map<String, String> known) {
    List<TaskInfo> tasks = new ArrayList<>();
    Resources left = all;
    for (ResourceEntry entry : all.entries()) {
      Optional<Resources> needed = needWith(entry, left);
      if (tasks.size() < wanted && needed.isPresent() && draw.chance(0.5)) {
        left = left.minusOrThrow(needed.get());
        tasks.add(task(offer, needed.get(), known));
      }
    }
    int most = Math.min(wanted, draw.between(1, MOST_PER_OFFER));
    while (tasks.size() < most) {
      Resources needed = need(left);
      boolean tooMuch = draw.chance(mistakes);
      if (!left.contains(needed) && !tooMuch) {
        break;
      }
      if (tooMuch) {
        needed = Resources.of("cpus:1000;mem:64");
      } else {
        left = left.minusOrThrow(needed);
      }
      tasks.add(task(offer, needed, known));
    }
    return tasks;
  }

  /** What a task needs that uses a volume or something reserved. */
  private static Optional<Resources> needWith(ResourceEntry entry, Resources left) {
    Resources little = Resources.of("cpus:0.1;mem:32");
    if (entry.key().isUnreserved() || entry.key().name().equals("mem")) {
      return Optional.empty();
    }
    Resources itself = Resources.of(List.of(entry));
    Resources needed =
        entry.key().name().equals("cpus") ? little.named("mem").plus(itself) : little.plus(itself);
    return Optional.of(needed).filter(left::contains);
  }

  private Resources need(Resources left) {
    int milliCpus = 100 * draw.between(1, 15);
    String text =
        "cpus:"
            + milliCpus / 1000
            + "."
            + milliCpus / 100 % 10
            + ";mem:"
            + 32 * draw.between(1, 12);
    if (draw.chance(0.3)) {
      int port = draw.between(31_000, 31_019);
      Resources withPort = Resources.of(text + ";ports:[" + port + "-" + port + "]");
      if (left.contains(withPort)) {
        return withPort;
      }
    }
    return Resources.of(text);
  }

  private TaskInfo task(Offer offer, Resources resources, Map<String, String> known) {
    Optional<String> role =
        offer.hasAllocationInfo()
            ? Optional.of(offer.getAllocationInfo().getRole())
            : Optional.empty();
    AgentID agent =
        draw.chance(mistakes)
            ? AgentID.newBuilder().setValue("no-such-agent").build()
            : offer.getAgentId();
    long meanMs = owner.plan().meanDuration().toMillis();
    TaskInfo task =
        Workload.task(
            taskId(offer, known),
            agent,
            resources.toProto(role, owner.plan().storage().format()),
            Duration.ofMillis(draw.between(meanMs / 10, 2 * meanMs)),
            draw.chance(0.1) ? draw.between(1, 3) : 0);
    if (draw.chance(0.1)) {
      task = Workload.withTimeLimit(task, Duration.ofMillis(draw.between(1, 2 * meanMs)));
    }
    if (draw.chance(0.2)) {
      task = Workload.withGrace(task, Duration.ofSeconds(draw.between(0, 60)));
    }
    if (checkDraw.chance(0.15)) {
      task = Workload.withHealthCheck(task, checkDraw);
    }
    return task;
  }

  /**
   * Now and then the id of a task that is still there: on the agent of the offer, which has told
   * its master of that task. Of a task elsewhere a new leader may not know yet.
   */
  private String taskId(Offer offer, Map<String, String> known) {
    if (!draw.chance(mistakes)) {
      return owner.newTaskId();
    }
    List<String> there = new ArrayList<>();
    known.forEach((id, agent) -> {
      if (agent.equals(offer.getAgentId().getValue())) {
        there.add(id);
      }
    });
    if (there.isEmpty()) {
      return owner.newTaskId();
    }
    String id = draw.pick(there);
    usedTwice.add(id);
    return id;
  }

  /** Whether this id was given to a second task while the first one was there. */
  boolean hasUsedTwice(String id) {
    return usedTwice.contains(id);
  }

  /** The offer; now and then with one that does not exist. */
  List<OfferID> offersFor(Offer offer) {
    return draw.chance(mistakes)
        ? List.of(offer.getId(), OfferID.newBuilder().setValue("no-such-offer").build())
        : List.of(offer.getId());
  }
}
