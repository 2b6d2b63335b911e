package io.meseta.testkit.simulation.check;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckRequest;
import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Watches one agent: its containers are never more than its machine has, each task has one, and
 * nothing is said or done before it is durable.
 */
public final class AgentChecks implements ScriptedContainerizer.Onlooker {

  /** A container that holds resources. */
  private record Live(TaskHistory task, Resources resources) {}

  private final String name;
  private final Ledger ledger;
  private final AgentOperationChecks operations;
  private final HealthChecks health;
  private final Usage usage = new Usage();
  private final ExecutorChecks executors;
  private final TreeMap<String, Live> live = new TreeMap<>();

  private String registeredWith = "";
  private String agentId = "";

  /** When it was told last that it is being drained. */
  private long lastDrainNs = -1;

  public AgentChecks(String name, Ledger ledger) {
    this.name = name;
    this.ledger = ledger;
    this.operations = new AgentOperationChecks(name, ledger);
    this.health = new HealthChecks(name, ledger);
    this.executors = new ExecutorChecks(name, ledger, usage);
  }

  /** Those of its executors. */
  public ExecutorChecks executors() {
    return executors;
  }

  /** Those of its operations. */
  public AgentOperationChecks operations() {
    return operations;
  }

  static Resources resources(List<io.meseta.api.v1.Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new Violation("resources that cannot be read: " + protos, e);
    }
  }

  // ---- process and link ----

  /** A process of this agent starts, so configured. */
  public void processStarted(AgentInfo configured) {
    operations.processStarted(resources(configured.getResourcesList()));
    usage.total(operations.durableTotal());
    ledger.tally.count("agent starts");
  }

  /** The process is gone. */
  public void processDied() {
    operations.processDied();
    health.processDied();
    ledger.tally.count("agent ends");
  }

  /** The master says something to this agent. */
  public void hears(MasterMessage message) {
    if (message.hasRegistered()) {
      registeredWith = message.getRegistered().getMasterId();
      String id = message.getRegistered().getAgentId().getValue();
      if (!agentId.isEmpty() && !agentId.equals(id)) {
        throw new Violation(
            name + " is agent " + agentId + ", and is now called " + id, name, agentId);
      }
      ledger.tally.count("agent registrations");
    }
    if (message.hasDrain() || message.getRegistered().hasDrain()) {
      lastDrainNs = ledger.agenda.now();
    }
  }

  /** The id that is in its journal; empty if none is. */
  public String agentId() {
    return agentId;
  }

  /** Whether it can start with these resources: whether they cover what its journal remembers. */
  public boolean mayStartWith(Resources configured) {
    return operations.restored(configured).isPresent();
  }

  /** Whether they also cover all that runs here. */
  public boolean fitsInto(Resources configured) {
    return operations
        .restored(configured)
        .filter(all -> all.contains(usage.inUse()) && all.contains(held()))
        .isPresent();
  }

  /** What its containers hold, and what executors hold as the journal has it. */
  private Resources held() {
    Resources sum = executors.held();
    for (Live container : live.values()) {
      sum = sum.plus(container.resources);
    }
    return sum;
  }

  /** With which term of which master it has registered last. */
  String registeredWith() {
    return registeredWith;
  }

  /** What its containers really hold. */
  Resources inUse() {
    return usage.inUse();
  }

  // ---- journal ----

  /** A change has become durable. */
  public void durable(JournalChange change) {
    switch (change) {
      case JournalChange.PutAgent put -> {
        String id = put.agent().getInfo().getId().getValue();
        agentId = id;
        ledger.agentIs(id, this);
        operations.durable(put.agent());
        usage.total(operations.durableTotal());
      }
      case JournalChange.PutTask put -> durable(put.task());
      case JournalChange.DeleteTask delete -> {
        TaskHistory task = ledger.task(delete.framework().value(), delete.task().value(), name);
        task.pending.forEach(uuid -> task.acknowledged.add(text(uuid)));
        task.pending = new ArrayList<>();
        task.journaled = false;
        executors.taskDeleted(delete.framework().value(), delete.task().value());
      }
      case JournalChange.DeleteAgent delete -> {
        agentId = "";
        registeredWith = "";
        operations.deleted();
        executors.agentDeleted();
        usage.total(operations.durableTotal());
      }
      case JournalChange.PutFramework put -> {}
      case JournalChange.DeleteFramework delete -> {}
      case JournalChange.PutExecutor put -> executors.durable(put.executor());
      case JournalChange.DeleteExecutor delete ->
          executors.deleted(delete.framework().value(), delete.executor().value());
    }
  }

  private void durable(TaskRecord record) {
    executors.durable(record);
    TaskHistory task =
        ledger.task(
            record.getFrameworkId().getValue(), record.getTask().getTaskId().getValue(), name);
    if (task.onAgent.isEmpty() || !task.container.equals(record.getContainerId().getValue())) {
      // Its first record, or that of another task which has the same id.
      task = ledger.task(task.framework, task.task);
      task.container = record.getContainerId().getValue();
    }
    List<ByteString> pending = new ArrayList<>(record.getPendingCount());
    record.getPendingList().forEach(status -> pending.add(status.getUuid()));
    for (ByteString before : task.pending) {
      if (!pending.contains(before)) {
        task.acknowledged.add(text(before));
      }
    }
    task.pending = pending;
    task.journaled = true;
    task.onAgent = name;
    task.journaledState = record.getState();
  }

  private static String text(ByteString uuid) {
    return uuid.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  // ---- what it says ----

  /** The agent says something to a master. */
  public void sends(AgentMessage message) {
    operations.sends(message);
    if (message.hasStatusUpdate()) {
      sends(message.getStatusUpdate());
    } else if (message.hasRegister()) {
      for (Task task : message.getRegister().getTasksList()) {
        registers(task);
      }
    }
  }

  private void registers(Task listed) {
    TaskHistory task =
        ledger.task(listed.getFrameworkId().getValue(), listed.getTaskId().getValue(), name);
    if (listed.hasStatusUpdateUuid() && !task.pending.contains(listed.getStatusUpdateUuid())) {
      throw Ledger.violation(
          task, name + " registers it with an update that is not in its journal");
    }
  }

  private void sends(StatusUpdate update) {
    TaskStatus status = update.getStatus();
    if (isRefusal(status)) {
      refuses(ledger.task(update.getFrameworkId().getValue(), status.getTaskId().getValue()));
      return;
    }
    TaskHistory task =
        ledger.task(update.getFrameworkId().getValue(), status.getTaskId().getValue(), name);
    ByteString uuid = status.getUuid();
    if (task.journaled && !task.pending.contains(uuid)) {
      throw Ledger.violation(
          task,
          name
              + " sends "
              + status.getState()
              + (task.acknowledged.contains(text(uuid))
                  ? " again, which was acknowledged"
                  : ", which is not in its journal"));
    }
    if (!task.updates.containsKey(uuid)) {
      task.updates.put(uuid, new TaskHistory.Update(task.updates.size(), status.getState()));
      if (Lifecycle.isTerminal(status.getState())) {
        firstWordOfTheEnd(task, status);
      }
    } else {
      ledger.tally.count("updates sent again");
    }
  }

  /** A task that the agent never took is refused once, without its journal. */
  private static boolean isRefusal(TaskStatus status) {
    return status.getState() == TaskState.TASK_DROPPED && !status.hasUuid();
  }

  /** It never began, so that it has no end either: should this word be lost, its framework asks. */
  private void refuses(TaskHistory task) {
    if (task.fate != TaskHistory.Fate.NONE || task.journaled) {
      throw Ledger.violation(task, name + " says that it never took it, but it had a container");
    }
  }

  private void firstWordOfTheEnd(TaskHistory task, TaskStatus status) {
    TaskState state = status.getState();
    if (task.end != null && task.end != state) {
      throw Ledger.violation(task, name + " says that it ended " + state + " after " + task.end);
    }
    task.end = state;
    // Also one that was launched while the end of its framework was being written.
    task.killAsked |= ledger.isCompleted(task.framework);
    boolean drained = task.sentToAgentNs >= 0 && task.sentToAgentNs <= lastDrainNs;
    String truth =
        task.inExecutor
            ? ExecutorTruth.contradiction(task, status, drained, executors.isAlive(task.container))
            : Truth.contradiction(task, status, drained);
    if (!truth.isEmpty()) {
      throw Ledger.violation(task, name + " says " + state + ", but " + truth);
    }
    checkThatOthersEnd(task);
  }

  /** When one of a group has not finished, the others are being ended before that is told. */
  private void checkThatOthersEnd(TaskHistory task) {
    TaskGroup group = task.group;
    if (group == null || !group.byAgent() || task.end == TaskState.TASK_FINISHED) {
      return;
    }
    for (TaskHistory other : group.members()) {
      if (other.isAlive() && !other.killOrdered) {
        throw Ledger.violation(
            task, name + " says " + task.end + ", but does not end " + other + " of its group");
      }
    }
  }

  // ---- containers ----

  /** The agent orders a container. */
  public void launches(ContainerSpec spec) {
    if (spec.kind() == ContainerSpec.Kind.EXECUTOR) {
      executors.launches(spec);
      return;
    }
    TaskHistory task = ledger.task(spec.framework().value(), spec.task().getTaskId().getValue());
    if (!task.journaled) {
      throw Ledger.violation(task, name + " starts its container before its journal has it");
    }
    if (task.fate != TaskHistory.Fate.NONE) {
      throw Ledger.violation(
          task,
          name
              + " starts a container for it, but it had one on "
              + task.onAgent
              + ", which is "
              + task.fate);
    }
    if (task.verdict != null) {
      throw Ledger.violation(
          task, name + " starts its container after its framework was told " + task.verdict);
    }
    Resources needed = resources(spec.task().getResourcesList());
    checkGroup(task);
    usage.take(task, name, needed);
    live.put(spec.container().value(), new Live(task, needed));
    health.launches(spec, task);
    task.fate = TaskHistory.Fate.LAUNCHING;
    task.onAgent = name;
    ledger.tally.count("containers launched");
  }

  private void checkGroup(TaskHistory task) {
    TaskGroup group = task.group;
    if (group == null) {
      return;
    }
    TaskHistory ended = group.ended();
    if (ended != null) {
      throw Ledger.violation(
          task, name + " starts its container, but " + ended + " of its group ended " + ended.end);
    }
    for (TaskHistory other : group.members()) {
      if (!other.journaled && other.fate == TaskHistory.Fate.NONE && other.end == null) {
        throw Ledger.violation(
            task, name + " starts its container before its journal has " + other + " of its group");
      }
    }
  }

  /** The agent orders the end of a container. */
  public void kills(String container) {
    Live ending = live.get(container);
    if (ending != null) {
      ending.task.killOrdered = true;
    }
  }

  /** The agent asks a task. */
  public void asks(CheckRequest request) {
    health.asks(request);
  }

  /** A task was asked, and the agent is told the answer. */
  public void answered(CheckRequest request, CheckAnswer answer) {
    health.answered(request, answer);
  }

  @Override
  public void started(ContainerSpec spec) {
    Live container = live.get(spec.container().value());
    if (container != null) {
      container.task.fate = TaskHistory.Fate.RUNNING;
      ledger.tally.count("containers started");
    }
  }

  @Override
  public void ended(ContainerSpec spec, ContainerExit exit) {
    if (spec.kind() == ContainerSpec.Kind.EXECUTOR) {
      executors.ended(spec);
      return;
    }
    Live container = free(spec.container().value());
    if (container != null) {
      container.task.fate = TaskHistory.Fate.ENDED;
      container.task.exit = exit;
    }
  }

  @Override
  public void neverStarted(ContainerSpec spec) {
    if (spec.kind() == ContainerSpec.Kind.EXECUTOR) {
      executors.ended(spec);
      return;
    }
    Live container = free(spec.container().value());
    if (container != null) {
      container.task.fate = TaskHistory.Fate.NEVER_STARTED;
    }
  }

  private @org.jspecify.annotations.Nullable Live free(String id) {
    Live container = live.remove(id);
    if (container != null) {
      usage.giveBack(container.resources);
    }
    return container;
  }

  /** The machine has stopped, with all that ran there. */
  public void machineStopped() {
    for (Live container : live.values()) {
      container.task.fate =
          container.task.fate == TaskHistory.Fate.RUNNING
              ? TaskHistory.Fate.ENDED
              : TaskHistory.Fate.NEVER_STARTED;
    }
    live.clear();
    executors.machineStopped();
    usage.clear();
    ledger.machineStopped(name);
  }

  /** How many containers there really are. */
  public int containers() {
    return live.size() + executors.containers();
  }

  @Override
  public String toString() {
    return name;
  }
}
