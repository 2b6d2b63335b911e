package io.meseta.testkit.simulation.check;

import com.google.protobuf.ByteString;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.OperationRecord;
import io.meseta.agent.journal.v1.VolumeRecord;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches what operations make of one agent's resources: each is applied once and as ordered, and
 * nothing is told of it that is not durable.
 */
public final class AgentOperationChecks {
  private final String name;
  private final Ledger ledger;
  private Resources configured = Resources.EMPTY;

  /** The newest record that is durable. */
  private AgentRecord durable = AgentRecord.getDefaultInstance();

  private Map<ByteString, OperationRecord> waiting = new HashMap<>();

  /** Operations that the running process has applied, or that an earlier one has written down. */
  private final Set<ByteString> applied = new HashSet<>();

  private final Set<ByteString> everWritten = new HashSet<>();

  AgentOperationChecks(String name, Ledger ledger) {
    this.name = name;
    this.ledger = ledger;
  }

  // ---- process ----

  void processStarted(Resources asConfigured) {
    configured = asConfigured;
  }

  void processDied() {
    applied.retainAll(everWritten);
  }

  /** With which resources the journal would let it start, if any. */
  Optional<Resources> restored(Resources asConfigured) {
    try {
      return Optional.of(Conversion.restore(asConfigured, remembered()));
    } catch (ResourceException e) {
      return Optional.empty();
    }
  }

  private Resources remembered() {
    return AgentChecks.resources(durable.getRememberedResourcesList());
  }

  /** What it has beyond doubt. */
  Resources durableTotal() {
    return restored(configured)
        .orElseThrow(() ->
            new Violation(
                name + " has [" + configured + "], which does not cover [" + remembered() + "]",
                name));
  }

  // ---- what it does ----

  /** It has read its journal. */
  public void recovered(Resources total) {
    if (!total.equals(durableTotal())) {
      throw new Violation(
          name + " comes back with [" + total + "], its journal says [" + durableTotal() + "]",
          name);
    }
  }

  /** It has handled an event, for instance this order. */
  public void handled(Optional<ApplyOperation> order, Resources before, Resources after) {
    if (before.equals(after)) {
      return;
    }
    if (order.isEmpty()) {
      throw new Violation(
          name + " has [" + after + "] instead of [" + before + "] without an order", name);
    }
    Operation operation = order.get().getOperation();
    if (!applied.add(order.get().getOperationUuid())) {
      throw new Violation(name + " applies an operation again: " + operation, name);
    }
    Conversion conversion = conversion(operation);
    if (!conversion.applyTo(before).equals(Optional.of(after))) {
      throw new Violation(
          name + " has [" + after + "] instead of [" + before + "] after " + operation, name);
    }
    checkKind(operation, conversion);
    ledger.tally.count("operations applied: " + operation.getType());
  }

  private static Conversion conversion(Operation operation) {
    try {
      return Conversion.of(operation);
    } catch (ResourceException e) {
      throw new Violation("an operation is applied that converts nothing: " + operation, e);
    }
  }

  /** Only what it is reserved for changes, and only for whom the operation is. */
  private void checkKind(Operation operation, Conversion conversion) {
    boolean right =
        switch (operation.getType()) {
          case RESERVE -> isFor(operation.getReserve().getResourcesList(), conversion.converted());
          case UNRESERVE ->
              isFor(operation.getUnreserve().getResourcesList(), conversion.consumed())
                  && conversion.converted().reserved().isEmpty();
          case CREATE -> volumes(conversion.consumed()) == 0;
          case DESTROY -> volumes(conversion.converted()) == 0;
          default -> volumes(conversion.consumed()) == volumes(conversion.converted());
        };
    boolean sameAmounts =
        conversion.consumed().quantities().equals(conversion.converted().quantities());
    if (!right || !sameAmounts) {
      throw new Violation(
          name
              + " makes ["
              + conversion.converted()
              + "] of ["
              + conversion.consumed()
              + "] for "
              + operation,
          name);
    }
  }

  private static boolean isFor(List<Resource> named, Resources reserved) {
    Set<String> roles = new HashSet<>();
    named.forEach(resource -> roles.add(resource.getAllocationInfo().getRole()));
    for (ResourceEntry entry : reserved.entries()) {
      if (!roles.contains(entry.key().reservationRole().orElse(""))) {
        return false;
      }
    }
    return true;
  }

  private static long volumes(Resources resources) {
    return resources.entries().stream().filter(e -> e.key().persistenceId().isPresent()).count();
  }

  // ---- journal ----

  void durable(AgentRecord record) {
    Map<ByteString, OperationRecord> now = new HashMap<>();
    for (OperationRecord operation : record.getOperationsList()) {
      now.put(operation.getUuid(), operation);
      everWritten.add(operation.getUuid());
      if (!waiting.containsKey(operation.getUuid())) {
        ledger.operations().durable(name, operation);
      }
    }
    waiting.forEach((uuid, operation) -> {
      if (!now.containsKey(uuid)) {
        String framework = operation.getFrameworkId().getValue();
        ledger
            .operations()
            .forgotten(
                name, operation, ledger.isCompleted(framework) || ledger.isTornDown(framework));
      }
    });
    waiting = now;
    durable = record;
  }

  /** It has come to its end; whatever it had is nobody's. */
  void deleted() {
    waiting = new HashMap<>();
    durable = AgentRecord.getDefaultInstance();
  }

  /** By which operation a volume was made, as its directory has it; empty if it has no such one. */
  public Optional<String> originOf(Resource volume) {
    Resources wanted = AgentChecks.resources(List.of(volume));
    String role = wanted.entries().get(0).key().reservationRole().orElse("");
    for (VolumeRecord record : durable.getVolumesList()) {
      if (record.getRole().equals(role)
          && record.getPersistenceId().equals(volume.getDisk().getPersistence().getId())) {
        return Optional.of(record.getOperationUuid().toStringUtf8());
      }
    }
    return Optional.empty();
  }

  // ---- what it says ----

  void sends(AgentMessage message) {
    if (message.hasOperationUpdate()) {
      check(message.getOperationUpdate());
    } else if (message.hasRegister()) {
      message.getRegister().getOperationsList().forEach(this::check);
    }
  }

  private void check(OperationUpdate update) {
    if (!update.getStatus().hasUuid()) {
      return;
    }
    OperationRecord written = waiting.get(update.getOperationUuid());
    if (written == null || !written.getStatus().equals(update.getStatus())) {
      throw new Violation(
          name + " tells of an operation what is not in its journal: " + update.getStatus(), name);
    }
  }

  // ---- for the end ----

  /** Operations whose end nobody has acknowledged. */
  public List<String> waiting() {
    List<String> left = new ArrayList<>();
    for (OperationRecord operation : durable.getOperationsList()) {
      left.add(
          name
              + " waits for framework "
              + operation.getFrameworkId().getValue()
              + " to acknowledge operation "
              + operation.getStatus().getOperationId().getValue());
    }
    return left;
  }
}
