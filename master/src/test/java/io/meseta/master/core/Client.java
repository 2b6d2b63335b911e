package io.meseta.master.core;

import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.util.List;
import java.util.Optional;

/** One subscribed framework of a {@link CoreContext}: how the test speaks for it. */
final class Client {
  private final CoreContext master;
  final FrameworkID id;
  final String streamId;

  Client(CoreContext master, FrameworkID id, String streamId) {
    this.master = master;
    this.id = id;
    this.streamId = streamId;
  }

  /** Makes a call with this client's id and stream; returns the status of the answer. */
  int call(Call.Builder call) {
    return callOn(Optional.of(streamId), call);
  }

  int callOn(Optional<String> stream, Call.Builder call) {
    return master.answer(ask(stream, call)).orElseThrow();
  }

  /** Makes a call; returns the exchange that waits for the answer. */
  long ask(Optional<String> stream, Call.Builder call) {
    long exchange = master.nextId();
    Call built = call.setFrameworkId(id).build();
    master.handle(
        new MasterEvent.CallReceived(
            master.now, exchange, "unused", stream, Optional.empty(), built));
    return exchange;
  }

  List<Event> events() {
    return master.events(streamId);
  }

  List<Offer> offers() {
    return events().stream().flatMap(event -> event.getOffers().getOffersList().stream()).toList();
  }

  List<TaskStatus> updates() {
    return events().stream()
        .filter(Event::hasUpdate)
        .map(event -> event.getUpdate().getStatus())
        .toList();
  }

  int launch(Offer offer, TaskInfo... tasks) {
    return call(
        Call.newBuilder()
            .setType(Call.Type.ACCEPT)
            .setAccept(
                Call.Accept.newBuilder()
                    .addOfferIds(offer.getId())
                    .addOperations(
                        Offer.Operation.newBuilder()
                            .setType(Offer.Operation.Type.LAUNCH)
                            .setLaunch(
                                Offer.Operation.Launch.newBuilder()
                                    .addAllTaskInfos(List.of(tasks))))));
  }

  int decline(Offer offer, double refuseSeconds) {
    return call(
        Call.newBuilder()
            .setType(Call.Type.DECLINE)
            .setDecline(
                Call.Decline.newBuilder()
                    .addOfferIds(offer.getId())
                    .setFilters(Filters.newBuilder().setRefuseSeconds(refuseSeconds))));
  }

  int kill(String task) {
    return call(
        Call.newBuilder()
            .setType(Call.Type.KILL)
            .setKill(Call.Kill.newBuilder().setTaskId(Messages.taskId(task))));
  }

  int acknowledge(TaskStatus status) {
    return call(
        Call.newBuilder()
            .setType(Call.Type.ACKNOWLEDGE)
            .setAcknowledge(
                Call.Acknowledge.newBuilder()
                    .setAgentId(status.getAgentId())
                    .setTaskId(status.getTaskId())
                    .setUuid(status.getUuid())));
  }

  int reconcile(String... tasks) {
    Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
    for (String task : tasks) {
      reconcile.addTasks(Call.Reconcile.Task.newBuilder().setTaskId(Messages.taskId(task)));
    }
    return call(Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(reconcile));
  }

  void disconnect() {
    master.handle(new MasterEvent.StreamClosed(master.now, streamId, "the test closed it"));
  }
}
