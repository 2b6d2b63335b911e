package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.link.v1.RunTaskGroup;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Grant;
import io.meseta.master.validation.FrameworkRights;
import io.meseta.master.validation.GroupVerdict;
import io.meseta.master.validation.LaunchFacts;
import io.meseta.master.validation.LaunchValidation;
import io.meseta.master.validation.OfferFacts;
import io.meseta.master.validation.OfferValidation;
import io.meseta.master.validation.OperationFacts;
import io.meseta.master.validation.OperationValidation;
import io.meseta.master.validation.OperationVerdict;
import io.meseta.master.validation.TaskVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ACCEPT and DECLINE: what a framework does with its offers.
 *
 * <p>All offers of one ACCEPT are of one agent and one role; operations are applied in order; what
 * is left goes back with the filter. If any offer is not open any more, all of them are given up,
 * and nothing runs.
 */
final class Launches {

  private static final Logger log = LoggerFactory.getLogger(Launches.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final Tasks tasks;
  private final Operations operations;
  private final Executors executors;

  Launches(
      Cluster cluster,
      Allocations allocations,
      Offers offers,
      Tasks tasks,
      Operations operations,
      Executors executors) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.tasks = tasks;
    this.operations = operations;
    this.executors = executors;
  }

  private FrameworkRights rights() {
    return new FrameworkRights(cluster.authorizer);
  }

  void decline(Framework framework, Call.Decline call, Instant at) {
    for (Offer offer : openOffers(framework, call.getOfferIdsList())) {
      offers.take(List.of(offer));
      allocations.answer(List.of(offer), Resources.EMPTY, call.getFilters(), at);
    }
  }

  void accept(Framework framework, Call.Accept call, Instant at) {
    List<Offer> accepted = openOffers(framework, call.getOfferIdsList());
    Optional<String> problem = problem(framework, call.getOfferIdsList(), accepted);
    offers.take(accepted);
    if (problem.isPresent()) {
      log.info("{}: ACCEPT refused: {}", framework, problem.get());
      for (Offer offer : accepted) {
        allocations.takeBack(offer, at);
      }
      dropEverything(framework, call, problem.get(), at);
      return;
    }
    Round round = new Round(framework, accepted, at);
    call.getOperationsList().forEach(round::apply);
    settle(round, accepted, call, at);
  }

  /**
   * What an operation has made and no task has taken is offered again at once, as in Mesos: it is
   * new, and nobody has refused it.
   */
  private void settle(Round round, List<Offer> accepted, Call.Accept call, Instant at) {
    if (round.converted.equals(round.offered)) {
      allocations.answer(accepted, round.used, call.getFilters(), at);
      return;
    }
    Grant grant =
        allocations.convert(
            accepted.stream().map(Offer::grant).toList(),
            round.offered.without(round.converted),
            round.converted.without(round.offered),
            at);
    allocations.use(grant, round.used, at);
    cluster.touch(round.agent);
  }

  private List<Offer> openOffers(Framework framework, List<OfferID> ids) {
    Set<OfferId> distinct = new LinkedHashSet<>();
    ids.forEach(id -> distinct.add(OfferId.of(id)));
    List<Offer> open = new ArrayList<>();
    for (OfferId id : distinct) {
      Offer offer = cluster.offers.get(id);
      if (offer != null && offer.framework().equals(framework.id)) {
        open.add(offer);
      }
    }
    return open;
  }

  private Optional<String> problem(Framework framework, List<OfferID> ids, List<Offer> open) {
    Optional<String> invalid =
        OfferValidation.invalidReason(
            framework.id,
            ids.stream().map(OfferId::of).toList(),
            id -> Optional.ofNullable(cluster.offers.get(id)).map(Launches::facts));
    if (invalid.isPresent()) {
      return invalid;
    }
    Agent agent = cluster.agents.get(open.get(0).agent());
    return agent != null && agent.isConnected()
        ? Optional.empty()
        : Optional.of("Agent " + open.get(0).agent() + " is not connected");
  }

  private static OfferFacts facts(Offer offer) {
    return new OfferFacts(offer.id(), offer.framework(), offer.agent(), offer.role());
  }

  private void dropEverything(Framework framework, Call.Accept call, String problem, Instant at) {
    for (Operation operation : call.getOperationsList()) {
      List<TaskInfo> lost = new ArrayList<>();
      lost.addAll(operation.getLaunch().getTaskInfosList());
      lost.addAll(operation.getLaunchGroup().getTaskGroup().getTasksList());
      for (TaskInfo task : lost) {
        TaskStatus.Builder status =
            Statuses.about(TaskId.of(task.getTaskId()), TaskState.TASK_DROPPED, at)
                .setReason(TaskStatus.Reason.REASON_INVALID_OFFERS)
                .setMessage("Task launched with invalid offers: " + problem);
        if (task.hasAgentId()) {
          status.setAgentId(task.getAgentId());
        }
        tasks.tell(framework, status.build());
      }
      if (lost.isEmpty()) {
        operations.refuse(framework, operation, "Operation on invalid offers: " + problem);
      }
    }
  }

  /** One ACCEPT under way: what is left of its offers. */
  private final class Round {
    private final Framework framework;
    private final Agent agent;
    private final String role;
    private final Instant at;
    private final LaunchValidation validation;
    private Resources used = Resources.EMPTY;

    /** What was offered, and what operations have made of it; tasks take nothing away here. */
    private final Resources offered;

    private Resources converted;

    Round(Framework framework, List<Offer> accepted, Instant at) {
      this.framework = framework;
      this.at = at;
      this.role = accepted.get(0).role();
      Agent known = cluster.agents.get(accepted.get(0).agent());
      if (known == null) {
        throw new IllegalStateException("an open offer is of an unknown agent: " + accepted);
      }
      this.agent = known;
      Resources sum = Resources.EMPTY;
      for (Offer offer : accepted) {
        sum = sum.plus(offer.resources());
      }
      offered = sum;
      converted = sum;
      validation = new LaunchValidation(new Facts(framework, agent, role), offered);
    }

    void apply(Operation operation) {
      switch (operation.getType()) {
        case LAUNCH -> operation.getLaunch().getTaskInfosList().forEach(this::launch);
        case LAUNCH_GROUP -> launchGroup(operation.getLaunchGroup());
        case RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME, SHRINK_VOLUME -> convert(operation);
        case UNKNOWN, CREATE_DISK, DESTROY_DISK ->
            operations.refuse(
                framework,
                operation,
                "Operation " + operation.getType() + " is not supported by this master");
      }
    }

    private void convert(Operation operation) {
      Optional<String> refusal =
          operations
              .refusal(framework, operation)
              .or(() -> rights().invalidOperation(framework.info, operation));
      if (refusal.isPresent()) {
        operations.refuse(framework, operation, refusal.get());
        return;
      }
      switch (OperationValidation.judge(
          operation, new Standing(framework, agent, role), validation.remaining())) {
        case OperationVerdict.Refuse refuse ->
            operations.refuse(framework, operation, refuse.reason());
        case OperationVerdict.Apply apply -> convert(operation, apply.conversion());
      }
    }

    private void convert(Operation operation, Conversion conversion) {
      validation.convert(conversion);
      converted = conversion.applyTo(converted).orElseThrow();
      agent.total = conversion.applyTo(agent.total).orElseThrow();
      operations.apply(framework, agent, operation);
    }

    private void launch(TaskInfo info) {
      Optional<String> forbidden = rights().invalidTask(framework.info, info);
      if (forbidden.isPresent()) {
        tellInvalid(info, TaskStatus.Reason.REASON_TASK_UNAUTHORIZED, forbidden.get());
        return;
      }
      switch (validation.judge(info)) {
        case TaskVerdict.Refuse refuse ->
            tellInvalid(info, TaskStatus.Reason.REASON_TASK_INVALID, refuse.reason());
        case TaskVerdict.Launch launch -> run(launch);
      }
    }

    private void run(TaskVerdict.Launch launch) {
      boolean starts =
          launch.task().hasExecutor()
              && start(launch.task().getExecutor(), launch.executorResources());
      take(launch.task(), launch.taskResources());
      send(
          MasterMessage.newBuilder()
              .setRunTask(
                  RunTask.newBuilder()
                      .setFramework(framework.info)
                      .setTask(launch.task())
                      .setLaunchExecutor(starts)));
    }

    /** Takes an executor in that is not there; false if it is. */
    private boolean start(ExecutorInfo info, Resources needed) {
      if (Executors.find(agent, ExecutorKey.of(info)).isPresent()) {
        return false;
      }
      used = used.plus(needed);
      executors.add(agent, new MasterExecutor(info, role, needed));
      return true;
    }

    private void take(TaskInfo info, Resources needed) {
      used = used.plus(needed);
      tasks.add(framework, agent, MasterTask.launched(framework.info, info, role, needed));
    }

    private void send(MasterMessage.Builder message) {
      agent.link.ifPresent(link -> cluster.outbox.toAgent(link, message));
    }

    private void launchGroup(Operation.LaunchGroup operation) {
      Optional<String> forbidden = rights().invalidGroup(framework.info, operation);
      if (forbidden.isPresent()) {
        tellInvalid(operation, TaskStatus.Reason.REASON_TASK_GROUP_UNAUTHORIZED, forbidden.get());
        return;
      }
      switch (validation.judgeGroup(operation)) {
        case GroupVerdict.Refuse refuse ->
            tellInvalid(
                operation,
                TaskStatus.Reason.REASON_TASK_GROUP_INVALID,
                "Task group is invalid: " + refuse.reason());
        case GroupVerdict.Launch launch -> runGroup(launch);
      }
    }

    private void runGroup(GroupVerdict.Launch launch) {
      boolean starts = start(launch.executor(), launch.executorResources());
      TaskGroupInfo.Builder group = TaskGroupInfo.newBuilder();
      for (TaskVerdict.Launch task : launch.tasks()) {
        TaskInfo alone = task.task().toBuilder().clearExecutor().build();
        group.addTasks(alone);
        take(alone.toBuilder().setExecutor(launch.executor()).build(), task.taskResources());
      }
      send(
          MasterMessage.newBuilder()
              .setRunTaskGroup(
                  RunTaskGroup.newBuilder()
                      .setFramework(framework.info)
                      .setExecutor(launch.executor())
                      .setTaskGroup(group)
                      .setLaunchExecutor(starts)));
    }

    private void tellInvalid(
        Operation.LaunchGroup group, TaskStatus.Reason reason, String message) {
      group.getTaskGroup().getTasksList().forEach(task -> tellInvalid(task, reason, message));
    }

    private void tellInvalid(TaskInfo info, TaskStatus.Reason reason, String message) {
      log.info("{}: task {} refused: {}", framework, info.getTaskId().getValue(), message);
      tasks.tell(
          framework,
          Statuses.about(TaskId.of(info.getTaskId()), TaskState.TASK_ERROR, at)
              .setAgentId(agent.id.toProto())
              .setReason(reason)
              .setMessage(message)
              .build());
    }
  }

  /** What the rules for operations need to know. */
  private record Standing(Framework owner, Agent on, String role) implements OperationFacts {
    @Override
    public FrameworkInfo framework() {
      return owner.info;
    }

    @Override
    public Resources agentTotal() {
      return on.total;
    }

    @Override
    public Resources inUse() {
      return on.inUse();
    }

    @Override
    public boolean isKnown(String operationId) {
      return owner.operations.containsKey(operationId);
    }
  }

  /** What the rules for tasks need to know. */
  private record Facts(Framework owner, Agent on, String role) implements LaunchFacts {
    @Override
    public FrameworkId framework() {
      return owner.id;
    }

    @Override
    public AgentId agent() {
      return on.id;
    }

    @Override
    public boolean isActive(TaskId task) {
      return owner.tasks.containsKey(task);
    }

    @Override
    public boolean isUnreachable(TaskId task) {
      return owner.unreachableTasks.containsKey(task);
    }

    @Override
    public Optional<ExecutorInfo> executor(ExecutorId id) {
      return Executors.find(on, new ExecutorKey(owner.id, id)).map(MasterExecutor::info);
    }
  }
}
