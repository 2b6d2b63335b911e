package io.meseta.testkit.simulation.check;

import com.google.protobuf.ByteString;
import io.meseta.agent.journal.v1.OperationRecord;
import io.meseta.api.link.v1.AcknowledgeOperation;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.testkit.simulation.world.Tally;
import io.meseta.testkit.simulation.world.Violation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What really became of each operation: it is ordered once, ends once, and its framework is told
 * that end and no other. Authors never use an id again.
 */
public final class OperationLedger {

  /** One that has an id. */
  private static final class Fate {
    private final String name;
    private @Nullable OperationStatus end;
    private boolean acknowledged;
    private boolean waits;
    private @Nullable OperationState verdict;

    Fate(String name) {
      this.name = name;
    }
  }

  private final Tally tally;
  private final Set<ByteString> ordered = new HashSet<>();
  private final Map<ByteString, Fate> byUuid = new HashMap<>();
  private final TreeMap<String, Fate> byName = new TreeMap<>();

  OperationLedger(Tally tally) {
    this.tally = tally;
  }

  private static String name(String framework, String id) {
    return "operation " + id + " of framework " + framework;
  }

  // ---- on its way to the agent ----

  /** A master orders it. */
  void sent(String master, ApplyOperation order) {
    tally.count("operations ordered");
    if (!ordered.add(order.getOperationUuid())) {
      throw new Violation(
          master + " orders an operation twice: " + order, order.getOperationUuid().toStringUtf8());
    }
    if (order.getOperation().hasId()) {
      String id = order.getOperation().getId().getValue();
      Fate fate = new Fate(name(order.getFrameworkId().getValue(), id));
      byUuid.put(order.getOperationUuid(), fate);
      if (byName.put(fate.name, fate) != null) {
        throw new Violation(master + " orders " + fate.name + " again", id);
      }
    }
  }

  // ---- what agents write down ----

  /** The agent has written down how it ended. */
  void durable(String agent, OperationRecord record) {
    Fate fate = byUuid.get(record.getUuid());
    if (fate == null) {
      throw new Violation(agent + " has an operation that nobody has ordered: " + record, agent);
    }
    if (fate.end != null && !fate.end.equals(record.getStatus())) {
      throw new Violation(fate.name + " ends again: " + record.getStatus(), agent);
    }
    if (fate.verdict == OperationState.OPERATION_DROPPED) {
      throw new Violation(
          agent + " has " + fate.name + ", and its framework was told that it was dropped", agent);
    }
    if (fate.end == null) {
      tally.count("operations ended: " + record.getStatus().getState());
    }
    fate.end = record.getStatus();
    fate.waits = true;
  }

  /** It is forgotten: acknowledged, or its framework is no more. */
  void forgotten(String agent, OperationRecord record, boolean frameworkEnded) {
    Fate fate = byUuid.get(record.getUuid());
    if (fate == null) {
      return;
    }
    fate.waits = false;
    if (!fate.acknowledged && !frameworkEnded) {
      throw new Violation(
          agent + " forgets " + fate.name + ", whose end its framework has not acknowledged",
          agent);
    }
  }

  // ---- what masters say ----

  /** A master passes on an acknowledgement. */
  void acknowledges(AcknowledgeOperation order) {
    Fate fate = byUuid.get(order.getOperationUuid());
    if (fate != null
        && fate.end != null
        && fate.end.getUuid().getValue().equals(order.getStatusUuid())) {
      fate.acknowledged = true;
    }
  }

  /**
   * A master tells a framework how an operation is.
   *
   * @param gone whether an operator has declared the agent that it names gone
   */
  void masterSays(String master, String framework, OperationStatus status, boolean gone) {
    String id = status.getOperationId().getValue();
    Fate fate = byName.get(name(framework, id));
    OperationState state = status.getState();
    switch (state) {
      case OPERATION_FINISHED, OPERATION_FAILED -> {
        if (fate == null || fate.end == null || fate.end.getState() != state) {
          throw new Violation(
              master + " says that operation " + id + " is " + state + ", which no agent has", id);
        }
      }
      case OPERATION_ERROR -> {
        tally.count("operations refused");
        if (fate != null) {
          throw new Violation(master + " refuses " + fate.name + ", which was ordered", id);
        }
      }
      case OPERATION_DROPPED -> {
        tally.count("operations dropped");
        if (fate != null) {
          dropped(master, fate, id);
        }
      }
      case OPERATION_GONE_BY_OPERATOR -> {
        if (!gone) {
          throw new Violation(
              master + " gives up operation " + id + " on an agent that is not gone", id);
        }
      }
      default -> {}
    }
  }

  private static void dropped(String master, Fate fate, String id) {
    if (fate.waits && !fate.acknowledged) {
      throw new Violation(
          master + " says that " + fate.name + " was dropped, but its agent has it: " + fate.end,
          id);
    }
    fate.verdict = OperationState.OPERATION_DROPPED;
  }

  // ---- what frameworks hear ----

  /** A framework's driver hands a status to its author. */
  public void delivered(String framework, OperationStatus status) {
    if (!status.hasUuid()) {
      return;
    }
    String id = status.getOperationId().getValue();
    Fate fate = byName.get(name(framework, id));
    if (fate == null
        || fate.end == null
        || !fate.end.getUuid().equals(status.getUuid())
        || fate.end.getState() != status.getState()) {
      throw new Violation(
          "framework " + framework + " is told what no agent has written down: " + status, id);
    }
    tally.count("ends of operations told");
  }
}
