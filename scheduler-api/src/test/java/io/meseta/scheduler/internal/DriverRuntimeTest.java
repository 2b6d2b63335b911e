package io.meseta.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be seen only from between the driver and its transport. */
@Timeout(180)
class DriverRuntimeTest {

  private final FakeTransport transport = new FakeTransport();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch handled = new CountDownLatch(5_000);

  private final class StuckScheduler implements Scheduler {
    @Override
    public void subscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
      try {
        assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void offers(SchedulerDriver driver, List<Offer> offers) {}

    @Override
    public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
      handled.countDown();
    }

    @Override
    public void error(SchedulerDriver driver, String message) {}
  }

  @Test
  void whileTooManyCallbacksWaitNothingIsRead() throws Exception {
    DriverRuntime driver =
        new DriverRuntime(
            new DriverOptions(
                "test",
                new StuckScheduler(),
                new Subscription(
                    FrameworkInfo.newBuilder().setUser("root").setName("test").build(),
                    List.of(),
                    Optional.empty()),
                new CoreOptions(
                    List.of(CoreContext.A), true, CoreOptions.Timing.DEFAULTS, 1, 10_000),
                transport,
                LeaderSource.none()));
    driver.start();
    MasterTransport.StreamListener master = transport.listener.get(60, TimeUnit.SECONDS);
    master.opened(Optional.of("stream-1"));
    master.received(CoreContext.subscribedEvent());

    // The pause is asked for with a record, so records go on coming until it has been.
    int sent = 0;
    while (!transport.paused.isDone()) {
      master.received(
          CoreContext.updateEvent(CoreContext.answer("t" + sent, TaskState.TASK_RUNNING)));
      sent++;
      assertThat(sent).isLessThan(5_000_000);
    }
    assertThat(sent).isGreaterThan(4_000);
    assertThat(transport.resumed).isNotDone();

    release.countDown();

    transport.resumed.get(30, TimeUnit.SECONDS);
    for (; sent < 5_000; sent++) {
      master.received(
          CoreContext.updateEvent(CoreContext.answer("t" + sent, TaskState.TASK_RUNNING)));
    }
    assertThat(handled.await(30, TimeUnit.SECONDS)).isTrue();
    driver.close();
    assertThat(transport.closed).isTrue();
  }

  private static final class FakeTransport implements MasterTransport {
    final CompletableFuture<StreamListener> listener = new CompletableFuture<>();
    final CompletableFuture<Void> paused = new CompletableFuture<>();
    final CompletableFuture<Void> resumed = new CompletableFuture<>();
    volatile boolean closed;

    @Override
    public Stream subscribe(MasterAddress master, Call subscribe, StreamListener streamListener) {
      listener.complete(streamListener);
      return new Stream() {
        @Override
        public void pause() {
          paused.complete(null);
        }

        @Override
        public void resume() {
          resumed.complete(null);
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };
    }

    @Override
    public void send(SchedulerEffect.SendCall call, AnswerListener answers) {
      answers.answered(SchedulerEvent.Answer.of(202, ""));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
