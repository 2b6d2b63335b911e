package io.meseta.testkit.simulation.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.testkit.simulation.world.Agenda;
import io.meseta.testkit.simulation.world.Coordination;
import io.meseta.testkit.simulation.world.Tally;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What really happened, gathered by somebody who sees everything: tasks and their containers,
 * agents, frameworks. The checks compare with it what is said, and what is ordered.
 */
public final class Ledger {
  /** So long a call may be on its way. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(3);

  final Agenda agenda;
  final Tally tally;
  private final TreeMap<String, TreeMap<String, TaskHistory>> tasks = new TreeMap<>();
  private final TreeMap<String, AgentChecks> agents = new TreeMap<>();
  private final TreeMap<String, FrameworkFate> frameworks = new TreeMap<>();
  private final OperationLedger operations;

  /** When frameworks have asked for the end of an executor last. */
  private final TreeMap<String, Long> shutDownNs = new TreeMap<>();

  /** Those that agents run themselves and that may not be over. */
  private final List<TaskGroup> groups = new ArrayList<>();

  /** All records that the registry ever had. */
  private final Set<ByteString> storedAgents = new HashSet<>();

  private final Set<ByteString> storedFrameworks = new HashSet<>();

  /** What is known of a framework. */
  private static final class FrameworkFate {
    boolean everAware;
    boolean everOlder;
    boolean tornDown;
    boolean completed;
  }

  public Ledger(Agenda agenda, Tally tally) {
    this.agenda = agenda;
    this.tally = tally;
    this.operations = new OperationLedger(tally);
  }

  /** What became of operations. */
  public OperationLedger operations() {
    return operations;
  }

  // ---- who is who ----

  TaskHistory task(String framework, String task) {
    return tasks
        .computeIfAbsent(framework, ignored -> new TreeMap<>())
        .computeIfAbsent(task, id -> new TaskHistory(framework, id));
  }

  /** The newest task with this id that an agent knows, or the newest one of all. */
  TaskHistory task(String framework, String task, String agent) {
    TaskHistory newest = task(framework, task);
    for (TaskHistory each = newest; each != null; each = each.before) {
      if (each.onAgent.equals(agent)) {
        return each;
      }
    }
    return newest;
  }

  @Nullable TaskHistory find(String framework, String task) {
    TreeMap<String, TaskHistory> ofFramework = tasks.get(framework);
    return ofFramework == null ? null : ofFramework.get(task);
  }

  /** All tasks of a framework. */
  private List<TaskHistory> tasksOf(String framework) {
    TreeMap<String, TaskHistory> ofFramework = tasks.get(framework);
    return ofFramework == null ? List.of() : new ArrayList<>(ofFramework.values());
  }

  private FrameworkFate framework(String id) {
    return frameworks.computeIfAbsent(id, ignored -> new FrameworkFate());
  }

  void agentIs(String id, AgentChecks checks) {
    AgentChecks other = agents.put(id, checks);
    if (other != null && other != checks) {
      throw new Violation(
          "agent id " + id + " was given to two agents: " + other + " and " + checks, id);
    }
  }

  /** A machine has stopped: of what ran there nobody can know how it ended. */
  void machineStopped(String agent) {
    for (TreeMap<String, TaskHistory> ofFramework : tasks.values()) {
      for (TaskHistory task : ofFramework.values()) {
        if (task.onAgent.equals(agent) && (task.journaled || task.fate != TaskHistory.Fate.NONE)) {
          task.vanished = true;
        }
      }
    }
  }

  @Nullable AgentChecks agent(String id) {
    return agents.get(id);
  }

  /** A framework describes itself so, or may from now on. */
  public void frameworkIs(String id, FrameworkInfo info) {
    FrameworkFate fate = framework(id);
    boolean aware = FrameworkRecordChecks.isPartitionAware(info);
    fate.everAware |= aware;
    fate.everOlder |= !aware;
  }

  /** A framework has asked for its end. */
  public void tearDownAsked(String id) {
    framework(id).tornDown = true;
    tasksOf(id).forEach(task -> task.killAsked = true);
  }

  /** Whether the framework has asked for its end. */
  boolean isTornDown(String id) {
    return framework(id).tornDown;
  }

  /** A master has counted the framework out. */
  void completed(String id) {
    framework(id).completed = true;
    tasksOf(id).forEach(task -> task.killAsked = true);
  }

  /** Whether any master has ever counted the framework out. */
  public boolean isCompleted(String id) {
    return framework(id).completed;
  }

  /** Whether it may ever have been told TASK_LOST instead of what is known better. */
  private boolean wasEverOlder(String id) {
    return framework(id).everOlder;
  }

  // ---- what frameworks do and hear ----

  /** A framework has sent a task to be launched. */
  public void launches(String framework, TaskInfo task, ExecutorInfo executor) {
    tally.count("tasks asked for");
    TaskHistory history = task(framework, task.getTaskId().getValue());
    history.timeLimited |= task.hasMaxCompletionTime();
    String id = executor.getExecutorId().getValue();
    history.executors.add(id);
    Long shutDown = shutDownNs.get(framework + "/" + id);
    history.killAsked |= shutDown != null && agenda.now() - shutDown < ON_ITS_WAY.toNanos();
  }

  /**
   * A framework has asked for the end of an executor, with all that it runs. Calls may overtake
   * each other: what is launched soon after may come there before.
   */
  public void shutDownAsked(String framework, String executor) {
    shutDownNs.put(framework + "/" + executor, agenda.now());
    for (TaskHistory task : tasksOf(framework)) {
      task.killAsked |= task.executors.contains(executor);
    }
  }

  /** A framework has asked for a task's end. */
  public void killAsked(String framework, String task) {
    task(framework, task).killAsked = true;
  }

  /**
   * A framework's driver hands an update to its author.
   *
   * @param seen the instance's own memory of the order of updates
   */
  public void delivered(String framework, TaskStatus status, TreeMap<String, Integer> seen) {
    TaskHistory task = task(framework, status.getTaskId().getValue());
    if (!status.hasUuid()) {
      tally.count("updates by masters");
      task.toldOtherwise |= Lifecycle.isTerminal(status.getState());
      return;
    }
    TaskHistory.Update update = task.updates.get(status.getUuid());
    if (update == null && task.before != null) {
      tally.count("late updates of a task whose id was used again");
      return;
    }
    if (update == null) {
      throw violation(task, "the framework is told an update that no agent has sent: " + status);
    }
    if (!mayBeTold(framework, update.state(), status.getState())) {
      throw violation(
          task,
          "an update of " + update.state() + " comes to its framework as " + status.getState());
    }
    String name = task.before == null ? task.task : task.task + " again";
    Integer last = seen.put(name, update.index());
    if (last != null && last > update.index()) {
      throw violation(
          task,
          "its framework is told update "
              + update.index()
              + " ("
              + update.state()
              + ") after update "
              + last);
    }
    if (Lifecycle.isTerminal(update.state())) {
      deliveredEnd(task, status, update);
    }
  }

  private void deliveredEnd(TaskHistory task, TaskStatus status, TaskHistory.Update update) {
    if (task.deliveredEnd == null) {
      task.deliveredEnd = status.getUuid();
      task.deliveredEndState = update.state();
      tally.count("tasks ended: " + update.state());
    } else if (!task.deliveredEnd.equals(status.getUuid())) {
      throw violation(
          task,
          "its framework is told a second end, "
              + update.state()
              + " after "
              + task.deliveredEndState);
    }
  }

  /**
   * What a framework is told instead of a state that it does not know. One that has described
   * itself anew may still hear what was said before; the master's own checks are exact.
   */
  private boolean mayBeTold(String framework, TaskState state, TaskState told) {
    FrameworkFate fate = framework(framework);
    return ((fate.everAware || !fate.everOlder) && told == state)
        || (fate.everOlder && told == Lifecycle.forOlderFrameworks(state));
  }

  // ---- what masters say of their own ----

  /**
   * A master tells a framework a state that no agent has sent.
   *
   * @param givenUp whether an operator has declared the agent that it names gone
   */
  void masterSays(String master, String framework, TaskStatus status, boolean givenUp) {
    if (isAboutTheCall(status)) {
      tally.count("launches refused");
    }
    TaskHistory task = find(framework, status.getTaskId().getValue());
    TaskState state = status.getState();
    if (task == null || !Lifecycle.isTerminal(state) || isAboutTheCall(status)) {
      return;
    }
    if (state == TaskState.TASK_GONE_BY_OPERATOR && givenUp) {
      task.givenUp = true;
      return;
    }
    if (wasEverOlder(framework) && state == TaskState.TASK_LOST) {
      // It may be lost for good or for now: such a framework cannot be told which.
      task.perhapsLost = true;
      return;
    }
    if (task.endAcknowledged) {
      tally.count("answers about tasks that were forgotten");
      return;
    }
    TaskState end = task.end != null ? task.end : task.journaledState;
    if (task.isAlive() || (task.journaled && state != end)) {
      throw violation(
          task,
          master
              + " tells its framework "
              + state
              + " ("
              + status.getReason()
              + "), but its container is "
              + task.fate
              + " and its agent "
              + (task.journaled ? "has it as " + end : "does not have it"));
    }
    boolean neverTaken = task.fate == TaskHistory.Fate.NONE && !task.journaled;
    if (!task.sentToAgent || task.end == null || neverTaken) {
      task.verdict = state;
    }
  }

  /** A launch was refused, which says nothing of another task that has the same id. */
  private static boolean isAboutTheCall(TaskStatus status) {
    return status.getReason() == TaskStatus.Reason.REASON_INVALID_OFFERS
        || status.getReason() == TaskStatus.Reason.REASON_TASK_INVALID
        || status.getReason() == TaskStatus.Reason.REASON_TASK_GROUP_INVALID;
  }

  /**
   * A master sends a task to an agent. An id may be used again when its task is over; also when it
   * never came to its agent, and the term is another: then nobody is left who knows of it.
   */
  void sentToAgent(String master, String term, String framework, String id, boolean inExecutor) {
    TaskHistory task = task(framework, id);
    if (task.sentToAgent) {
      if (!task.endAcknowledged
          && task.verdict == null
          && !task.perhapsLost
          && !task.givenUp
          && !isUnknownInTerm(task, term)) {
        throw violation(
            task,
            master
                + " launches it again, though its framework has not acknowledged its end; its"
                + " container is "
                + task.fate
                + " on "
                + task.onAgent);
      }
      tally.count("task ids used again");
      task = task.again();
      tasks.computeIfAbsent(framework, ignored -> new TreeMap<>()).put(id, task);
    }
    task.sentToAgent = true;
    task.sentToAgentNs = agenda.now();
    task.sentInTerm = term;
    task.inExecutor = inExecutor;
  }

  /** These tasks were sent to an agent together. */
  void sentAsGroup(String framework, List<String> ids, boolean byAgent) {
    List<TaskHistory> members = new ArrayList<>();
    ids.forEach(id -> members.add(task(framework, id)));
    TaskGroup group = new TaskGroup(List.copyOf(members), byAgent);
    members.forEach(task -> task.group = group);
    tally.count(byAgent ? "groups for agents" : "groups for executors");
    if (byAgent) {
      groups.add(group);
    }
  }

  /** Groups that agents run and that are not whole, in words. */
  public List<String> brokenGroups() {
    List<String> broken = new ArrayList<>();
    for (TaskGroup group : groups) {
      String how = group.broken();
      if (!how.isEmpty()) {
        broken.add(how);
      }
    }
    groups.removeIf(group -> group.ended() != null && group.isOver());
    return broken;
  }

  private static boolean isUnknownInTerm(TaskHistory task, String term) {
    return !task.sentInTerm.equals(term)
        && task.fate == TaskHistory.Fate.NONE
        && !task.journaled
        && task.end == null;
  }

  /** A master passes on an acknowledgement. */
  void acknowledges(String framework, String id, ByteString uuid) {
    for (TaskHistory task = find(framework, id); task != null; task = task.before) {
      TaskHistory.Update update = task.updates.get(uuid);
      if (update != null) {
        task.endAcknowledged |= Lifecycle.isTerminal(update.state());
      }
    }
  }

  // ---- the registry ----

  /** The store has taken a write. */
  public void storeApplied(long writersEpoch, long epoch, List<Coordination.Change> changes) {
    if (writersEpoch != epoch) {
      throw new Violation(
          "the registry took a write of term "
              + writersEpoch
              + " in term "
              + epoch
              + ": "
              + changes.get(0).key());
    }
    for (Coordination.Change change : changes) {
      if (change.bytes().isEmpty()) {
        deleted(change.key());
      } else if (change.key().startsWith("frameworks/")) {
        frameworkWritten(change.bytes().get());
      } else if (change.key().startsWith("agents/")) {
        agentWritten(change.bytes().get());
      }
    }
  }

  private void deleted(String key) {
    if (key.startsWith("agents/") && agents.containsKey(key.substring("agents/".length()))) {
      throw new Violation("an admitted agent is forgotten by the registry: " + key);
    }
    if (key.startsWith("frameworks/") && !isCompleted(key.substring("frameworks/".length()))) {
      throw new Violation("a framework that is not completed is forgotten: " + key);
    }
  }

  private void agentWritten(ByteString bytes) {
    storedAgents.add(bytes);
    try {
      AgentRecord record = AgentRecord.parseFrom(bytes);
      if (record.getState() == AgentRecord.State.GONE) {
        givenUp(record.getInfo().getId().getValue());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("the registry takes a record that cannot be read", e);
    }
  }

  /** An operator has given up an agent: should it be alive, it ends what it runs. */
  private void givenUp(String agent) {
    AgentChecks checks = agents.get(agent);
    tally.count("agents gone");
    if (checks != null) {
      String name = checks.toString();
      for (TreeMap<String, TaskHistory> ofFramework : tasks.values()) {
        for (TaskHistory task : ofFramework.values()) {
          boolean there = task.onAgent.equals(name);
          task.killAsked |= there;
          task.onGoneAgent |= there;
        }
      }
    }
  }

  /** Whether the registry has ever held just this of an agent. */
  boolean wasStored(AgentRecord record) {
    return storedAgents.contains(record.toByteString());
  }

  /** Whether the registry has ever held just this of a framework. */
  boolean wasStored(FrameworkInfo info) {
    return storedFrameworks.contains(info.toByteString());
  }

  private void frameworkWritten(ByteString bytes) {
    try {
      FrameworkRecord record = FrameworkRecord.parseFrom(bytes);
      storedFrameworks.add(record.getInfo().toByteString());
      String id = record.getInfo().getId().getValue();
      if (record.getState() == FrameworkRecord.State.COMPLETED && !isCompleted(id)) {
        throw new Violation("the registry completes framework " + id + ", which nobody ended", id);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("the registry takes a record that cannot be read", e);
    }
  }

  // ---- for the end ----

  /** Tasks that a container runs for, or that an agent holds. */
  public List<String> unfinished() {
    List<String> names = new ArrayList<>();
    for (TreeMap<String, TaskHistory> ofFramework : tasks.values()) {
      for (TaskHistory task : ofFramework.values()) {
        if (!task.isOver()) {
          names.add(
              task
                  + " on "
                  + task.onAgent
                  + ": container "
                  + task.fate
                  + ", journal "
                  + (task.journaled
                      ? task.journaledState
                          + ", "
                          + task.pending.size()
                          + " updates not acknowledged"
                      : "without it"));
        }
      }
    }
    return names;
  }

  /**
   * Tasks that came to an agent, of frameworks that are not completed, and whose end their
   * framework has not been told. From an agent that is gone nobody sends it again: a framework that
   * was away then is told when it asks.
   */
  public List<String> untold() {
    List<String> names = new ArrayList<>();
    for (var ofFramework : tasks.entrySet()) {
      if (isCompleted(ofFramework.getKey())) {
        continue;
      }
      for (TaskHistory task : ofFramework.getValue().values()) {
        boolean owed = task.end != null && !task.onGoneAgent;
        if (task.isOver() && owed && task.deliveredEnd == null && !task.toldOtherwise) {
          names.add(task + ": ended " + task.end + " on " + task.onAgent);
        }
      }
    }
    return names;
  }

  /** How many tasks there ever were. */
  public int taskCount() {
    return tasks.values().stream().mapToInt(TreeMap::size).sum();
  }

  /** The ids of all agents that have one. */
  public TreeSet<String> agentIds() {
    return new TreeSet<>(agents.keySet());
  }

  static Violation violation(TaskHistory task, String what) {
    if (task.inExecutor) {
      return new Violation(task + ": " + what, "\"" + task.task + "\"", task.container);
    }
    return new Violation(task + ": " + what, "\"" + task.task + "\"", task.onAgent);
  }
}
