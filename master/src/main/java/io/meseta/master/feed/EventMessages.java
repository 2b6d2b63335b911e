package io.meseta.master.feed;

import io.meseta.api.v1.master.Event;
import io.meseta.api.v1.master.Response;
import io.meseta.master.view.ViewChange;
import io.meseta.master.view.ViewMessages;
import java.time.Duration;
import java.util.Optional;

/** What has happened, in the words of the operator API. */
final class EventMessages {

  static final Event HEARTBEAT = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

  private EventMessages() {}

  /**
   * @param state empty: the client knows it already
   */
  static Event subscribed(Optional<Response.GetState> state, Duration heartbeatInterval) {
    Event.Subscribed.Builder subscribed =
        Event.Subscribed.newBuilder()
            .setHeartbeatIntervalSeconds(heartbeatInterval.toMillis() / 1e3);
    state.ifPresent(subscribed::setGetState);
    return Event.newBuilder().setType(Event.Type.SUBSCRIBED).setSubscribed(subscribed).build();
  }

  static Event of(ViewChange change) {
    Event.Builder event = Event.newBuilder();
    switch (change) {
      case ViewChange.TaskAdded added ->
          event
              .setType(Event.Type.TASK_ADDED)
              .setTaskAdded(Event.TaskAdded.newBuilder().setTask(added.task().task()));
      case ViewChange.TaskUpdated updated ->
          event
              .setType(Event.Type.TASK_UPDATED)
              .setTaskUpdated(
                  Event.TaskUpdated.newBuilder()
                      .setFrameworkId(updated.framework().toProto())
                      .setStatus(updated.status())
                      .setState(updated.task().task().getState()));
      case ViewChange.AgentAdded added ->
          event
              .setType(Event.Type.AGENT_ADDED)
              .setAgentAdded(
                  Event.AgentAdded.newBuilder().setAgent(ViewMessages.agent(added.agent())));
      case ViewChange.AgentRemoved removed ->
          event
              .setType(Event.Type.AGENT_REMOVED)
              .setAgentRemoved(
                  Event.AgentRemoved.newBuilder().setAgentId(removed.agent().toProto()));
      case ViewChange.FrameworkAdded added ->
          event
              .setType(Event.Type.FRAMEWORK_ADDED)
              .setFrameworkAdded(
                  Event.FrameworkAdded.newBuilder()
                      .setFramework(ViewMessages.framework(added.framework())));
      case ViewChange.FrameworkUpdated updated ->
          event
              .setType(Event.Type.FRAMEWORK_UPDATED)
              .setFrameworkUpdated(
                  Event.FrameworkUpdated.newBuilder()
                      .setFramework(ViewMessages.framework(updated.framework())));
      case ViewChange.FrameworkRemoved removed ->
          event
              .setType(Event.Type.FRAMEWORK_REMOVED)
              .setFrameworkRemoved(
                  Event.FrameworkRemoved.newBuilder().setFrameworkInfo(removed.info()));
    }
    return event.build();
  }

  /** The same with its place. */
  static io.meseta.api.operator.v1.Event indexed(Event event, long index, String masterId) {
    io.meseta.api.operator.v1.Event.Builder indexed =
        io.meseta.api.operator.v1.Event.newBuilder()
            .setType(event.getType())
            .setIndex(index)
            .setMasterId(masterId);
    switch (event.getType()) {
      case SUBSCRIBED -> indexed.setSubscribed(event.getSubscribed());
      case TASK_ADDED -> indexed.setTaskAdded(event.getTaskAdded());
      case TASK_UPDATED -> indexed.setTaskUpdated(event.getTaskUpdated());
      case AGENT_ADDED -> indexed.setAgentAdded(event.getAgentAdded());
      case AGENT_REMOVED -> indexed.setAgentRemoved(event.getAgentRemoved());
      case FRAMEWORK_ADDED -> indexed.setFrameworkAdded(event.getFrameworkAdded());
      case FRAMEWORK_UPDATED -> indexed.setFrameworkUpdated(event.getFrameworkUpdated());
      case FRAMEWORK_REMOVED -> indexed.setFrameworkRemoved(event.getFrameworkRemoved());
      case HEARTBEAT, UNKNOWN -> {}
    }
    return indexed.build();
  }
}
