package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.CreateVolumes;
import io.meseta.agent.core.AgentEffect.KeepVolumes;
import io.meseta.agent.core.AgentEffect.RemoveVolumes;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.ResendOperation;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.OperationRecord;
import io.meseta.api.link.v1.AcknowledgeOperation;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.UUID;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent has, and what operations make of it.
 *
 * <p>The total is what the agent is configured with, with the dynamic reservations and volumes in
 * it that the journal remembers. An operation changes it at once, so that a task that comes right
 * behind finds what it needs; its end is told, and a volume's directory touched, only when that is
 * durable. A crash before loses the operation and all that came behind it, and the next
 * registration tells the master so. A crash right after leaves the directories as they were, and
 * the next start sets them right.
 *
 * <p>The end of an operation that has an id is sent again until it is acknowledged. Of one without
 * an id nobody is told, but for the master when it fails.
 */
final class Operations {

  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private final CoreContext context;
  private final IdMint ids;
  private final MasterLink link;
  private final BackOff resend;
  private final Map<ByteString, AgentOperation> unacknowledged = new LinkedHashMap<>();
  private final VolumeOrigins origins = new VolumeOrigins();
  private Resources total;
  private Resources remembered = Resources.EMPTY;

  Operations(CoreContext context, IdMint ids, MasterLink link, BackOff resend) {
    this.context = context;
    this.ids = ids;
    this.link = link;
    this.resend = resend;
    this.total = readOrThrow(context.identity().info().getResourcesList());
  }

  /**
   * Takes over what an earlier run has written down.
   *
   * @throws IllegalStateException when the agent is configured with less than it remembers; the
   *     message tells the operator what to do
   */
  void recover(AgentRecord record) {
    remembered = readOrThrow(record.getRememberedResourcesList());
    try {
      total = Conversion.restore(total, remembered);
    } catch (ResourceException e) {
      throw new IllegalStateException(
          "The agent does not start: "
              + e.getMessage()
              + ". Start it with enough resources, or have the reservations and volumes given back"
              + " first",
          e);
    }
    for (OperationRecord operation : record.getOperationsList()) {
      unacknowledged.put(operation.getUuid(), new AgentOperation(operation));
    }
    origins.recover(record.getVolumesList());
  }

  /** Takes other resources, which cover what is remembered. */
  void configured(List<Resource> resources) {
    try {
      total = Conversion.restore(readOrThrow(resources), remembered);
    } catch (ResourceException e) {
      throw new IllegalStateException(
          "Resources that were found to cover it: " + e.getMessage(), e);
    }
  }

  /** Orders what may be left to do with directories; once, when the agent knows who it is. */
  void keepVolumes() {
    AgentId agent = context.identity().idOrThrow();
    context.order(
        new KeepVolumes(
            agent,
            origins.of(volumes(remembered), agent),
            context.identity().info().getResourcesList()));
  }

  private static Resources readOrThrow(List<Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new IllegalStateException("Resources that were valid before: " + e.getMessage(), e);
    }
  }

  /** All that the agent has. */
  Resources total() {
    return total;
  }

  /** Dynamic reservations and volumes, as the master is told. */
  List<Resource> remembered() {
    return remembered.toProto(ReservationFormat.REFINED);
  }

  /** Every operation that waits for its acknowledgement, as the master is told. */
  List<OperationUpdate> updates() {
    return unacknowledged.values().stream().map(AgentOperation::description).toList();
  }

  /** Every operation that waits for its acknowledgement, for readers. */
  List<io.meseta.api.v1.Operation> pending() {
    return unacknowledged.values().stream().map(AgentOperation::toProto).toList();
  }

  /** What of these resources is a reservation or a volume that is not known here. */
  Resources unknown(List<Resource> wanted) throws ResourceException {
    return Conversion.toRemember(Resources.fromProto(wanted)).without(remembered);
  }

  // ---- orders ----

  void apply(ApplyOperation order) {
    if (unacknowledged.containsKey(order.getOperationUuid())) {
      log.warn("An operation was ordered twice; it is applied once");
      return;
    }
    OperationStatus.Builder status =
        OperationStatus.newBuilder().setAgentId(context.identity().idOrThrow().toProto());
    try {
      Conversion conversion = convert(order);
      status
          .setState(OperationState.OPERATION_FINISHED)
          .addAllConvertedResources(conversion.converted().toProto(ReservationFormat.REFINED));
    } catch (ResourceException e) {
      context.count(AgentCounter.FAILED_OPERATIONS);
      log.error("{} failed: {}", order.getOperation().getType(), e.getMessage());
      status.setState(OperationState.OPERATION_FAILED).setMessage("Failed: " + e.getMessage());
    }
    tell(order, status);
  }

  private Conversion convert(ApplyOperation order) throws ResourceException {
    Operation.Type type = order.getOperation().getType();
    Conversion conversion = Conversion.of(order.getOperation());
    Optional<Resources> after = conversion.applyTo(total);
    if (after.isEmpty()) {
      throw new ResourceException("the agent does not have [" + conversion.consumed() + "]");
    }
    total = after.get();
    remembered = Conversion.toRemember(total);
    arrange(type, order.getOperationUuid(), conversion);
    log.info("{}: [{}] is [{}] now", type, conversion.consumed(), conversion.converted());
    return conversion;
  }

  private static Resources volumes(Resources resources) {
    return resources.filter(key -> key.persistenceId().isPresent());
  }

  /** The directories follow what is written down. A volume of another size is the same one. */
  private void arrange(Operation.Type type, ByteString operation, Conversion conversion) {
    if (type == Operation.Type.CREATE) {
      Resources made = volumes(conversion.converted());
      origins.made(made, operation);
      CreateVolumes order = new CreateVolumes(origins.of(made, context.identity().idOrThrow()));
      context.journal().whenDurable(() -> context.order(order));
    } else if (type == Operation.Type.DESTROY) {
      Resources gone = volumes(conversion.consumed());
      origins.destroyed(gone);
      RemoveVolumes order = new RemoveVolumes(gone.toProto(ReservationFormat.REFINED));
      context.journal().whenDurable(() -> context.order(order));
    }
  }

  private void tell(ApplyOperation order, OperationStatus.Builder status) {
    FrameworkId framework = FrameworkId.of(order.getFrameworkId());
    if (order.getOperation().hasId()) {
      status
          .setOperationId(order.getOperation().getId())
          .setUuid(UUID.newBuilder().setValue(ids.updateId()));
    }
    AgentOperation operation = new AgentOperation(framework, order, status.build());
    if (order.getOperation().hasId()) {
      unacknowledged.put(operation.uuid(), operation);
    }
    keep();
    context
        .journal()
        .whenDurable(() -> {
          operation.becameDurable();
          if (order.getOperation().hasId()) {
            sendAndWait(operation);
          } else if (link.isRegistered()) {
            send(operation);
          }
        });
  }

  private void keep() {
    context
        .identity()
        .keep(
            remembered(),
            unacknowledged.values().stream().map(AgentOperation::toRecord).toList(),
            origins.toRecords());
  }

  void acknowledge(AcknowledgeOperation order) {
    AgentOperation operation = unacknowledged.get(order.getOperationUuid());
    if (operation == null || !operation.isAcknowledgedBy(order.getStatusUuid())) {
      // Normal after an update was sent twice: both are acknowledged.
      context.count(AgentCounter.STALE_ACKNOWLEDGEMENTS);
      log.debug("Acknowledgement of an operation ignored: it does not wait for one");
      return;
    }
    forget(operation);
    keep();
  }

  /** The framework is gone: nobody wants to hear of its operations. What they made stays. */
  void shutDown(FrameworkId framework) {
    List<AgentOperation> of =
        unacknowledged.values().stream().filter(o -> o.framework().equals(framework)).toList();
    of.forEach(this::forget);
    if (!of.isEmpty()) {
      keep();
    }
  }

  private void forget(AgentOperation operation) {
    unacknowledged.remove(operation.uuid());
    context.order(new CancelTimer(new ResendOperation(operation.uuid())));
  }

  // ---- telling ----

  /** A master has registered the agent: whatever was on the way may be lost. */
  void sendAgain() {
    for (AgentOperation operation : new ArrayList<>(unacknowledged.values())) {
      operation.unsent();
      sendAndWait(operation);
    }
  }

  /** The framework has subscribed again: whatever was on the way may have come to nobody. */
  void sendAgain(FrameworkId framework) {
    for (AgentOperation operation : new ArrayList<>(unacknowledged.values())) {
      if (operation.framework().equals(framework)) {
        operation.unsent();
        sendAndWait(operation);
      }
    }
  }

  /** Nobody has acknowledged it. */
  void resend(ByteString uuid) {
    AgentOperation operation = unacknowledged.get(uuid);
    if (operation != null) {
      context.count(AgentCounter.RESENT_UPDATES);
      sendAndWait(operation);
    }
  }

  /** Without a link nothing can be sent; the next registration sends everything. */
  private void sendAndWait(AgentOperation operation) {
    if (link.isRegistered()
        && operation.isDurable()
        && unacknowledged.containsKey(operation.uuid())) {
      send(operation);
      context.order(
          new SetTimer(new ResendOperation(operation.uuid()), resend.ceiling(operation.sent())));
    }
  }

  private void send(AgentOperation operation) {
    link.send(AgentMessage.newBuilder().setOperationUpdate(operation.update()).build());
  }
}
