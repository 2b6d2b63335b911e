package io.meseta.testkit.simulation.check;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerExit;
import io.meseta.api.v1.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Everything that really happened to one task. */
final class TaskHistory {

  /** What became of the one container that a task may have. */
  enum Fate {
    /** No container was ever ordered. */
    NONE,
    LAUNCHING,
    RUNNING,
    /** Ended, by itself or by force. */
    ENDED,
    /** Its launch failed, or was given up: nothing ever ran. */
    NEVER_STARTED
  }

  final String framework;
  final String task;

  /** An earlier task that had the same id and was over before this one was launched. */
  final @Nullable TaskHistory before;

  Fate fate = Fate.NONE;
  String container = "";
  String onAgent = "";
  @Nullable ContainerExit exit;

  /** Its machine stopped, and with it whatever could be known of the container. */
  boolean vanished;

  /** Somebody who may do so has ordered its end. */
  boolean killAsked;

  /** Its agent has ordered the end of its container. */
  boolean killOrdered;

  /** The group that it was sent with, if it was. */
  @Nullable TaskGroup group;

  /** The ids of the executors that it was asked for with, by mistake perhaps more than once. */
  final TreeSet<String> executors = new TreeSet<>();

  /** It runs inside an executor of its framework, in no container of its own. */
  boolean inExecutor;

  /** How it ended, as its executor says. */
  @Nullable TaskState executorSaid;

  /** How often in a row its health check has failed, however that is to be taken. */
  int failuresInRow;

  /** It may run for a limited time. */
  boolean timeLimited;

  /** A master has sent it to an agent. */
  boolean sentToAgent;

  /** When a master sent it to an agent. */
  long sentToAgentNs = -1;

  /** In which term. */
  String sentInTerm = "";

  // ---- the agent's word ----

  /** Each update that was ever told, in order, with its state. */
  final Map<ByteString, Update> updates = new LinkedHashMap<>();

  /** The updates that are durable and not acknowledged. */
  List<ByteString> pending = new ArrayList<>();

  /** Updates whose acknowledgement is durable. */
  final TreeSet<String> acknowledged = new TreeSet<>();

  /** The agent's journal has it. */
  boolean journaled;

  /** The state in the agent's journal. */
  @Nullable TaskState journaledState;

  /** An agent has said how it ended. */
  @Nullable TaskState end;

  // ---- what its framework heard ----

  /** How it ended, by an update that has to be acknowledged. */
  @Nullable ByteString deliveredEnd;

  @Nullable TaskState deliveredEndState;

  /** Its framework has heard from a master, and from no agent, that it is no more. */
  boolean toldOtherwise;

  /** A master has passed on the acknowledgement of its end. */
  boolean endAcknowledged;

  /** A master has said, of its own, that it is no more. */
  @Nullable TaskState verdict;

  /** Its framework was told that an operator has given up its agent, whatever became of it. */
  boolean givenUp;

  /** An operator has given up its agent. */
  boolean onGoneAgent;

  /** A framework that cannot be told the difference was told that it is lost. */
  boolean perhapsLost;

  /** An update that was told. */
  record Update(int index, TaskState state) {}

  TaskHistory(String framework, String task) {
    this(framework, task, null);
  }

  private TaskHistory(String framework, String task, @Nullable TaskHistory before) {
    this.framework = framework;
    this.task = task;
    this.before = before;
  }

  /**
   * The history of another task with the same id. What its framework has said before the master has
   * sent it on may have been of either.
   */
  TaskHistory again() {
    TaskHistory other = new TaskHistory(framework, task, this);
    other.timeLimited = timeLimited;
    other.killAsked = killAsked;
    other.executors.addAll(executors);
    return other;
  }

  boolean isAlive() {
    return fate == Fate.LAUNCHING || fate == Fate.RUNNING;
  }

  /** Whether anybody may still learn something about it. */
  boolean isOver() {
    return !isAlive() && !journaled;
  }

  @Override
  public String toString() {
    return "task " + task + " of framework " + framework;
  }
}
