package io.meseta.master;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.util.function.ObjDoubleConsumer;

/**
 * What frameworks and agents have said to the core, under the names that Mesos has for it. One
 * thread counts, any may read.
 */
final class MessageCounts {

  /** In the words of Mesos, where a task is launched by a message and an agent is a slave. */
  private enum Kind {
    REGISTER_FRAMEWORK,
    REREGISTER_FRAMEWORK,
    UNREGISTER_FRAMEWORK,
    LAUNCH_TASKS,
    DECLINE_OFFERS,
    REVIVE_OFFERS,
    SUPPRESS_OFFERS,
    KILL_TASK,
    STATUS_UPDATE_ACKNOWLEDGEMENT,
    OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT,
    RECONCILE_TASKS,
    RECONCILE_OPERATIONS,
    FRAMEWORK_TO_EXECUTOR,
    RESOURCE_REQUEST,
    REGISTER_SLAVE,
    REREGISTER_SLAVE,
    UNREGISTER_SLAVE,
    STATUS_UPDATE,
    OPERATION_STATUS_UPDATE,
    EXECUTOR_TO_FRAMEWORK,
    EXITED_EXECUTOR;

    final String metric = "master/messages_" + MetricNames.lower(this);
  }

  /** What is forwarded if it is valid: how often it came is among the kinds. */
  private enum Forwarded {
    FRAMEWORK_TO_EXECUTOR_MESSAGES(Kind.FRAMEWORK_TO_EXECUTOR),
    EXECUTOR_TO_FRAMEWORK_MESSAGES(Kind.EXECUTOR_TO_FRAMEWORK),
    STATUS_UPDATE_ACKNOWLEDGEMENTS(Kind.STATUS_UPDATE_ACKNOWLEDGEMENT),
    OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENTS(Kind.OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT);

    final Kind kind;
    final String valid = "master/valid_" + MetricNames.lower(this);
    final String invalid = "master/invalid_" + MetricNames.lower(this);

    Forwarded(Kind kind) {
      this.kind = kind;
    }
  }

  private final KeyedCounts<Kind> came = new KeyedCounts<>();
  private final KeyedCounts<Forwarded> forwarded = new KeyedCounts<>();

  private void count(Kind kind) {
    came.increment(kind);
  }

  void came(Call call) {
    switch (call.getType()) {
      case SUBSCRIBE ->
          count(call.hasFrameworkId() ? Kind.REREGISTER_FRAMEWORK : Kind.REGISTER_FRAMEWORK);
      case TEARDOWN -> count(Kind.UNREGISTER_FRAMEWORK);
      case ACCEPT -> countAccept(call.getAccept());
      case DECLINE -> count(Kind.DECLINE_OFFERS);
      case REVIVE -> count(Kind.REVIVE_OFFERS);
      case SUPPRESS -> count(Kind.SUPPRESS_OFFERS);
      case KILL -> count(Kind.KILL_TASK);
      case ACKNOWLEDGE -> count(Kind.STATUS_UPDATE_ACKNOWLEDGEMENT);
      case ACKNOWLEDGE_OPERATION_STATUS -> count(Kind.OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT);
      case RECONCILE -> count(Kind.RECONCILE_TASKS);
      case RECONCILE_OPERATIONS -> count(Kind.RECONCILE_OPERATIONS);
      case MESSAGE -> count(Kind.FRAMEWORK_TO_EXECUTOR);
      case REQUEST -> count(Kind.RESOURCE_REQUEST);
      case UNKNOWN, SHUTDOWN, ACCEPT_INVERSE_OFFERS, DECLINE_INVERSE_OFFERS, UPDATE_FRAMEWORK -> {
        // Mesos has no name for these.
      }
    }
  }

  private void countAccept(Call.Accept accept) {
    if (accept.getOperationsCount() == 0) {
      count(Kind.DECLINE_OFFERS);
    }
    for (Operation operation : accept.getOperationsList()) {
      if (operation.getType() == Operation.Type.LAUNCH
          || operation.getType() == Operation.Type.LAUNCH_GROUP) {
        count(Kind.LAUNCH_TASKS);
      }
    }
  }

  void came(AgentMessage message) {
    switch (message.getPayloadCase()) {
      case REGISTER ->
          count(
              message.getRegister().getAgent().hasId()
                  ? Kind.REREGISTER_SLAVE
                  : Kind.REGISTER_SLAVE);
      case LEAVING -> count(Kind.UNREGISTER_SLAVE);
      case STATUS_UPDATE -> count(Kind.STATUS_UPDATE);
      case OPERATION_UPDATE -> count(Kind.OPERATION_STATUS_UPDATE);
      case FRAMEWORK_MESSAGE -> count(Kind.EXECUTOR_TO_FRAMEWORK);
      case EXECUTOR_EXITED -> count(Kind.EXITED_EXECUTOR);
      case PONG, CONDITION, PAYLOAD_NOT_SET -> {
        // Mesos has no name for these.
      }
    }
  }

  private void count(Forwarded what) {
    forwarded.increment(what);
  }

  void went(Event event) {
    if (event.getType() == Event.Type.MESSAGE) {
      count(Forwarded.EXECUTOR_TO_FRAMEWORK_MESSAGES);
    }
  }

  void went(MasterMessage message) {
    switch (message.getPayloadCase()) {
      case EXECUTOR_MESSAGE -> count(Forwarded.FRAMEWORK_TO_EXECUTOR_MESSAGES);
      case ACKNOWLEDGE_STATUS -> count(Forwarded.STATUS_UPDATE_ACKNOWLEDGEMENTS);
      case ACKNOWLEDGE_OPERATION -> count(Forwarded.OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENTS);
      default -> {
        // The master's own orders.
      }
    }
  }

  void forEach(ObjDoubleConsumer<String> reader) {
    for (Kind kind : Kind.values()) {
      reader.accept(kind.metric, (double) came.of(kind));
    }
    for (Forwarded what : Forwarded.values()) {
      long valid = forwarded.of(what);
      reader.accept(what.valid, (double) valid);
      reader.accept(what.invalid, (double) Math.max(0, came.of(what.kind) - valid));
    }
  }
}
