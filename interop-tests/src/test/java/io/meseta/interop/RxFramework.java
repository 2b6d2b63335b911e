package io.meseta.interop;

import com.mesosphere.mesos.rx.java.AwaitableSubscription;
import com.mesosphere.mesos.rx.java.SinkOperation;
import com.mesosphere.mesos.rx.java.SinkOperations;
import com.mesosphere.mesos.rx.java.protobuf.ProtobufMesosClientBuilder;
import com.mesosphere.mesos.rx.java.protobuf.SchedulerCalls;
import com.mesosphere.mesos.rx.java.util.UserAgentEntries;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;
import rx.Observable;
import rx.subjects.ReplaySubject;
import rx.subjects.SerializedSubject;
import rx.subjects.Subject;

/**
 * A framework on Mesosphere's RxJava client: its events in order, and calls that it waits for. One
 * thread at a time.
 */
final class RxFramework implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final FrameworkID id;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Subject<Optional<SinkOperation<Call>>, Optional<SinkOperation<Call>>> calls =
      new SerializedSubject<>(ReplaySubject.create());
  private final AwaitableSubscription subscription;

  private RxFramework(URI master, FrameworkInfo info) {
    id = info.getId();
    subscription =
        ProtobufMesosClientBuilder.schedulerUsingProtos()
            .mesosUri(master.resolve("/api/v1/scheduler"))
            .applicationUserAgentEntry(UserAgentEntries.literal("meseta-interop-tests", "0"))
            .subscribe(SchedulerCalls.subscribe(id, info))
            .processStream(this::process)
            .build()
            .openStream();
  }

  /**
   * Subscribes; returns when the master has said so.
   *
   * @param info with the id that the framework gives itself
   */
  static RxFramework subscribe(URI master, FrameworkInfo info) throws InterruptedException {
    RxFramework framework = new RxFramework(master, info);
    framework.next(Event.Type.SUBSCRIBED);
    return framework;
  }

  /** The calls end with the events, so that the end of the stream is the end of everything. */
  private Observable<Optional<SinkOperation<Call>>> process(Observable<Event> received) {
    return received
        .doOnNext(events::add)
        .doOnCompleted(calls::onCompleted)
        .<Optional<SinkOperation<Call>>>map(event -> Optional.empty())
        .mergeWith(calls);
  }

  FrameworkID id() {
    return id;
  }

  /** Waits for the next event of a type; others before it are left out. */
  Event next(Event.Type wanted) throws InterruptedException {
    List<Event> others = new ArrayList<>();
    Event event = poll();
    while (event != null && event.getType() != wanted) {
      others.add(event);
      event = poll();
    }
    if (event == null) {
      throw new AssertionError("No " + wanted + " came, only " + others);
    }
    return event;
  }

  private @Nullable Event poll() throws InterruptedException {
    return events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The next update, acknowledged if it asks for that. */
  TaskStatus nextUpdate() throws Exception {
    TaskStatus status = next(Event.Type.UPDATE).getUpdate().getStatus();
    if (status.hasUuid()) {
      call(SchedulerCalls.ackUpdate(id, status.getUuid(), status.getAgentId(), status.getTaskId()));
    }
    return status;
  }

  /**
   * Sends a call, and waits until the client says that it was accepted.
   *
   * @throws java.util.concurrent.ExecutionException with what the client says otherwise
   */
  void call(Call call) throws Exception {
    CompletableFuture<Void> accepted = new CompletableFuture<>();
    calls.onNext(
        Optional.of(
            SinkOperations.sink(
                call, () -> accepted.complete(null), accepted::completeExceptionally)));
    accepted.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** A call of this framework. */
  Call.Builder newCall(Call.Type type) {
    return Call.newBuilder().setFrameworkId(id).setType(type);
  }

  /** Waits until the client says that the master has ended the stream cleanly. */
  void awaitEnd() throws Exception {
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(() -> {
          try {
            subscription.await();
          } catch (Throwable e) {
            throw new IllegalStateException("The stream ended with a failure", e);
          }
        });
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    subscription.unsubscribe();
  }
}
