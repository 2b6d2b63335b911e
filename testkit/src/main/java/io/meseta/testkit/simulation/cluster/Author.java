package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.InverseOffer;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.scheduler.internal.CallFailure;
import io.meseta.scheduler.internal.Calls;
import io.meseta.scheduler.internal.Notice;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Who writes frameworks: keeps so many tasks running, acknowledges, kills, declines, loses interest
 * and comes back, and makes mistakes.
 */
final class Author {
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final int FEW = 20;
  private static final Duration KILL_AGAIN = Duration.ofMinutes(5);

  private final FrameworkOwner owner;
  private final FrameworkHost host;
  private final Draw draw;
  private final AuthorPlan plan;
  private final Launcher launcher;
  private final Bundler bundler;
  private final Storekeeper storekeeper;
  private final OperationFeedback feedback;

  /** Tasks that have not ended, as far as it knows, and the agents that they are on. */
  private final TreeMap<String, String> tasks;

  private final TreeMap<String, Long> killedAtNs = new TreeMap<>();

  /** Launches that no master has answered yet. */
  private final TreeMap<Long, List<TaskInfo>> underWay = new TreeMap<>();

  private final Describing describing;
  private boolean suppressed;
  private boolean killsEverything;

  Author(FrameworkOwner owner, FrameworkHost host, Draw draw) {
    this.owner = owner;
    this.host = host;
    this.draw = draw;
    this.plan = owner.plan();
    this.tasks = owner.remembered();
    this.describing = new Describing(owner, host, draw);
    double mistakes = host.world.faults().of(Fault.BAD_CALLS);
    this.launcher =
        new Launcher(owner, draw, host.world.draws().of(host.name + "/checks"), mistakes);
    this.bundler =
        new Bundler(owner, owner.bundling(), host.world.draws().of(host.name + "/bundles"));
    this.storekeeper = new Storekeeper(owner, host, draw, mistakes);
    this.feedback = new OperationFeedback(owner, host, draw);
  }

  void begin() {
    host.after(Duration.ofNanos(draw.nanos(Duration.ofSeconds(1), TICK)), this::tick);
  }

  /** All its tasks are to end. */
  void killEverything() {
    killsEverything = true;
    killAll();
  }

  /** The framework is to be no more. */
  void tearDown() {
    if (host.isConnected()) {
      host.call(Calls.teardown());
    }
  }

  int taskCount() {
    return tasks.size();
  }

  List<String> taskIds() {
    return new ArrayList<>(tasks.keySet());
  }

  /** Whether it waits for its new description to be taken. */
  boolean isDescribing() {
    return describing.isUnderWay();
  }

  /** Operations of whose end it has not heard. */
  List<String> pendingOperations() {
    return new ArrayList<>(owner.operations().keySet());
  }

  // ---- what it is told ----

  void told(Notice notice) {
    switch (notice) {
      case Notice.Subscribed now -> {
        owner.named(now.framework());
        suppressed = false;
        askForAll();
        feedback.askForAll();
      }
      case Notice.Resubscribed again -> {
        owner.named(again.framework());
        askForAll();
        feedback.askForAll();
      }
      case Notice.Received received -> received(received.event());
      case Notice.Disconnected lost -> {}
      case Notice.Failed failed -> {}
    }
  }

  private void received(Event event) {
    switch (event.getType()) {
      case OFFERS -> offered(event.getOffers().getOffersList());
      case INVERSE_OFFERS -> asked(event.getInverseOffers().getInverseOffersList());
      case UPDATE -> updated(event.getUpdate().getStatus());
      case UPDATE_OPERATION_STATUS -> feedback.told(event.getUpdateOperationStatus().getStatus());
      default -> {}
    }
  }

  // ---- offers ----

  private void offered(List<Offer> offers) {
    List<OfferID> declined = new ArrayList<>();
    for (Offer offer : offers) {
      if (!draw.chance(plan.ignoresOffers()) && !launch(offer)) {
        declined.add(offer.getId());
      }
    }
    if (!declined.isEmpty()) {
      host.call(Calls.decline(declined, declineFilters(declined.size())));
    }
  }

  /** False when nothing is to be done with it. */
  private boolean launch(Offer offer) {
    Storekeeper.Plan stored = storekeeper.plan(offer, !owner.isLaunching());
    int wanted = owner.isLaunching() ? plan.wantedTasks() - tasks.size() : 0;
    List<TaskInfo> launched =
        wanted > 0 ? launcher.tasksFor(offer, stored.left(), wanted, tasks) : List.of();
    if (launched.isEmpty() && stored.operations().isEmpty()) {
      return false;
    }
    for (TaskInfo task : launched) {
      tasks.putIfAbsent(task.getTaskId().getValue(), task.getAgentId().getValue());
    }
    List<Offer.Operation> all = new ArrayList<>(stored.operations());
    if (!launched.isEmpty()) {
      all.add(bundler.launch(offer, stored.left(), launched));
    }
    feedback.sent(host.nextCall(), stored.operations(), offer.getAgentId());
    underWay.put(host.nextCall(), launched);
    host.call(
        Calls.accept(
            launcher.offersFor(offer),
            all,
            Filters.newBuilder().setRefuseSeconds(plan.refuseSeconds()).build()));
    return true;
  }

  /** To give back what it has on agents that will be away: it says yes, no or nothing. */
  private void asked(List<InverseOffer> inverseOffers) {
    for (InverseOffer inverse : inverseOffers) {
      List<OfferID> id = List.of(inverse.getId());
      switch (draw.between(0, 2)) {
        case 0 -> host.call(Calls.acceptInverse(id));
        case 1 -> host.call(Calls.declineInverse(id));
        default -> {}
      }
    }
  }

  /** Odd ones for a few offers only: a thousand that come back at once would be all there is. */
  private Filters declineFilters(int offers) {
    boolean odd = offers < FEW && draw.chance(0.05);
    double seconds = odd ? draw.pick(List.of(0.0, -1.0, 1e9)) : plan.refuseSeconds();
    return Filters.newBuilder().setRefuseSeconds(seconds).build();
  }

  // ---- calls ----

  void callAccepted(long call) {
    describing.accepted(call).ifPresent(roles -> suppressed = roles.containsAll(plan.roles()));
    underWay.remove(call);
    feedback.taken(call);
  }

  void callFailed(long call, CallFailure failure) {
    describing.failed(call);
    feedback.failed(call, failure);
    List<TaskInfo> launched = underWay.remove(call);
    if (launched != null && failure.kind() != CallFailure.Kind.OUTCOME_UNKNOWN) {
      launched.forEach(task -> tasks.remove(task.getTaskId().getValue()));
    }
  }

  // ---- updates ----

  private void updated(TaskStatus status) {
    String id = status.getTaskId().getValue();
    if (isAboutAMistake(status)) {
      return;
    }
    if (isOver(status)) {
      tasks.remove(id);
      killedAtNs.remove(id);
    } else {
      tasks.put(id, status.getAgentId().getValue());
    }
    acknowledge(status);
    if (killsEverything) {
      killAll();
    }
  }

  /** A launch with the id of another task was refused, which says nothing of that one. */
  private boolean isAboutAMistake(TaskStatus status) {
    return status.getReason() == TaskStatus.Reason.REASON_TASK_INVALID
        && !status.hasUuid()
        && launcher.hasUsedTwice(status.getTaskId().getValue());
  }

  private static boolean isOver(TaskStatus status) {
    return switch (status.getState()) {
      case TASK_FINISHED,
          TASK_FAILED,
          TASK_KILLED,
          TASK_LOST,
          TASK_ERROR,
          TASK_DROPPED,
          TASK_GONE,
          TASK_GONE_BY_OPERATOR,
          TASK_UNKNOWN ->
          true;
      default -> false;
    };
  }

  private void acknowledge(TaskStatus status) {
    switch (plan.acks()) {
      case AUTOMATIC -> host.updateHandled(status);
      case BY_HAND -> sendAcknowledgement(status);
      case LATE ->
          host.after(
              Duration.ofNanos(draw.exponential(Duration.ofSeconds(20))),
              () -> sendAcknowledgement(status));
      case TWICE -> {
        sendAcknowledgement(status);
        sendAcknowledgement(status);
      }
    }
  }

  private void sendAcknowledgement(TaskStatus status) {
    Calls.acknowledge(status).ifPresent(host::call);
  }

  // ---- by itself ----

  private void tick() {
    host.after(TICK, this::tick);
    if (!host.isConnected()) {
      return;
    }
    describing.tick(owner.isLaunching(), suppressed);
    feedback.tick();
    if (killsEverything) {
      killAll();
      bundler.endExecutors(host);
      return;
    }
    for (String task : new ArrayList<>(tasks.keySet())) {
      if (draw.chance(plan.killShare())) {
        kill(task);
      }
    }
    bundler.tick(host);
    changeInterest();
    if (draw.chance(0.02)) {
      reconcile();
    }
  }

  private void changeInterest() {
    boolean wants = owner.isLaunching() && tasks.size() < plan.wantedTasks();
    if (wants && suppressed) {
      suppressed = false;
      host.call(Calls.revive(List.of()));
    } else if (!wants && !suppressed && plan.suppresses()) {
      suppressed = true;
      host.call(Calls.suppress(List.of()));
    } else if (wants && draw.chance(plan.wantedTasks() < FEW ? 0.1 : 0.005)) {
      host.call(Calls.revive(List.of()));
    }
  }

  private void reconcile() {
    if (draw.chance(0.5)) {
      askForAll();
    } else {
      host.call(Calls.reconcile(List.of()));
    }
  }

  private void askForAll() {
    List<Call.Reconcile.Task> asked = new ArrayList<>();
    tasks.forEach((task, agent) -> {
      Call.Reconcile.Task.Builder one =
          Call.Reconcile.Task.newBuilder().setTaskId(TaskID.newBuilder().setValue(task));
      if (draw.chance(0.7) && !agent.isEmpty()) {
        one.setAgentId(AgentID.newBuilder().setValue(agent));
      }
      asked.add(one.build());
    });
    if (!asked.isEmpty()) {
      host.call(Calls.reconcile(asked));
    }
  }

  private void killAll() {
    tasks.keySet().forEach(this::kill);
  }

  /** Asked for once, and again when nothing has come of it for long. */
  private void kill(String task) {
    long now = host.world.agenda().now();
    Long before = killedAtNs.get(task);
    if (before == null || now - before > KILL_AGAIN.toNanos()) {
      killedAtNs.put(task, now);
      host.call(Calls.kill(TaskID.newBuilder().setValue(task).build()));
    }
  }
}
