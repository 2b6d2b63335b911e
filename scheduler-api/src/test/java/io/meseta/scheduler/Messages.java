package io.meseta.scheduler;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Event;

/** What masters send, for tests. */
final class Messages {

  static final AgentID AGENT = AgentID.newBuilder().setValue("S0").build();

  private Messages() {}

  static Offer offer(String id, Resource... resources) {
    Offer.Builder offer =
        Offer.newBuilder()
            .setId(OfferID.newBuilder().setValue(id))
            .setFrameworkId(Frameworks.id(ScriptedMaster.FRAMEWORK_ID))
            .setAgentId(AGENT)
            .setHostname("host0");
    for (Resource resource : resources) {
      offer.addResources(resource);
    }
    return offer.build();
  }

  static Event offers(Offer... offers) {
    Event.Builder event = Event.newBuilder().setType(Event.Type.OFFERS);
    for (Offer offer : offers) {
      event.getOffersBuilder().addOffers(offer);
    }
    return event.build();
  }

  static TaskStatus status(String task, TaskState state) {
    return TaskStatus.newBuilder()
        .setTaskId(Tasks.id(task))
        .setAgentId(AGENT)
        .setState(state)
        .setUuid(ByteString.copyFromUtf8("0123456789abcdef"))
        .build();
  }

  static Event update(TaskStatus status) {
    return Event.newBuilder()
        .setType(Event.Type.UPDATE)
        .setUpdate(Event.Update.newBuilder().setStatus(status))
        .build();
  }

  static Event error(String message) {
    return Event.newBuilder()
        .setType(Event.Type.ERROR)
        .setError(Event.Error.newBuilder().setMessage(message))
        .build();
  }
}
