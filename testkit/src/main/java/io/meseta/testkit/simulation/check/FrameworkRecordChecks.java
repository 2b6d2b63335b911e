package io.meseta.testkit.simulation.check;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.testkit.simulation.world.Violation;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Watches what one master writes of frameworks, and whether it acts as the registry says: they are
 * what they said of themselves last, are told only states that they know, and do not come back
 * after their end.
 */
public final class FrameworkRecordChecks {
  private final String master;
  private final Ledger ledger;
  private final TreeMap<String, FrameworkInfo> ordered = new TreeMap<>();
  private final TreeMap<String, FrameworkInfo> inForce = new TreeMap<>();
  private final TreeSet<String> completed = new TreeSet<>();

  /** Calls of UPDATE_FRAMEWORK without an answer, by exchange. */
  private final TreeMap<Long, FrameworkInfo> promises = new TreeMap<>();

  FrameworkRecordChecks(String master, Ledger ledger) {
    this.master = master;
    this.ledger = ledger;
  }

  void termBegan(RegistrySnapshot registry) {
    termEnded();
    for (FrameworkRecord record : registry.frameworks()) {
      String id = record.getInfo().getId().getValue();
      if (record.getState() == FrameworkRecord.State.COMPLETED) {
        completed.add(id);
      } else {
        ordered.put(id, record.getInfo());
        inForce.put(id, record.getInfo());
      }
    }
  }

  void termEnded() {
    ordered.clear();
    inForce.clear();
    completed.clear();
    promises.clear();
  }

  /** What the framework is, or will be when all writes have come back. */
  FrameworkInfo newest(String id) {
    return ordered.getOrDefault(id, FrameworkInfo.getDefaultInstance());
  }

  /** The master orders a record to be written, because of this event. */
  void writes(MasterEvent cause, FrameworkRecord record) {
    FrameworkInfo info = record.getInfo();
    String id = info.getId().getValue();
    if (record.getState() == FrameworkRecord.State.COMPLETED) {
      completed.add(id);
      return;
    }
    if (completed.contains(id)) {
      throw new Violation(master + " lets framework " + id + " come back after its end", id);
    }
    FrameworkInfo before = ordered.put(id, info);
    if (before != null && !plain(before).equals(plain(info)) && !isAskedFor(cause, info)) {
      throw new Violation(
          master + " changes the description of framework " + id + ", which nobody asked for", id);
    }
  }

  private static boolean isAskedFor(MasterEvent cause, FrameworkInfo info) {
    if (!(cause instanceof MasterEvent.CallReceived received)) {
      return false;
    }
    Call call = received.call();
    return switch (call.getType()) {
      case SUBSCRIBE -> plain(call.getSubscribe().getFrameworkInfo()).equals(plain(info));
      case UPDATE_FRAMEWORK ->
          plain(call.getUpdateFramework().getFrameworkInfo()).equals(plain(info));
      default -> false;
    };
  }

  /** The registry holds what was ordered. */
  void durable(FrameworkRecord record) {
    String id = record.getInfo().getId().getValue();
    if (record.getState() == FrameworkRecord.State.COMPLETED) {
      inForce.remove(id);
    } else {
      inForce.put(id, record.getInfo());
    }
  }

  void deleted(String id) {
    completed.remove(id);
  }

  // ---- what frameworks are told ----

  void asked(long exchange, Call call) {
    if (call.getType() == Call.Type.UPDATE_FRAMEWORK) {
      promises.put(exchange, call.getUpdateFramework().getFrameworkInfo());
    }
  }

  void exchangeClosed(long exchange) {
    promises.remove(exchange);
  }

  /** A framework is told that its new description is in force. */
  void done(long exchange) {
    FrameworkInfo info = promises.remove(exchange);
    if (info == null) {
      return;
    }
    String id = info.getId().getValue();
    if (!ledger.wasStored(info)) {
      throw new Violation(
          master + " says that framework " + id + " is described anew, but no registry knows", id);
    }
    ledger.tally.count("frameworks described anew");
  }

  void subscribed(String id) {
    if (completed.contains(id)) {
      throw new Violation(master + " welcomes framework " + id + " after its end", id);
    }
  }

  /**
   * Whether it is offered resources in this role, as far as this master knows.
   *
   * @param role empty in offers to a framework that can have one only
   */
  boolean hasRole(String id, String role) {
    FrameworkInfo info = inForce.get(id);
    return info == null || role.isEmpty() || FrameworkFacts.rolesOf(info).contains(role);
  }

  /** The states of an update are such as the framework knows. */
  void told(String id, TaskStatus status) {
    FrameworkInfo info = inForce.get(id);
    if (info == null) {
      return;
    }
    TaskState state = status.getState();
    boolean aware = isPartitionAware(info);
    boolean fits =
        aware ? state != TaskState.TASK_LOST : Lifecycle.forOlderFrameworks(state).equals(state);
    if (!fits) {
      throw new Violation(
          master
              + " tells "
              + state
              + " of task "
              + status.getTaskId().getValue()
              + " to framework "
              + id
              + (aware ? ", which is aware of partitions" : ", which does not know this state"),
          id);
    }
  }

  /** The same, without saying what goes without saying: descriptions are compared so. */
  public static FrameworkInfo plain(FrameworkInfo info) {
    return info.getCheckpoint() ? info : info.toBuilder().clearCheckpoint().build();
  }

  static boolean isPartitionAware(FrameworkInfo info) {
    return info.getCapabilitiesList().stream()
        .anyMatch(each -> each.getType() == FrameworkInfo.Capability.Type.PARTITION_AWARE);
  }
}
