package io.meseta.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.coordination.Term;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.registry.Registry;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistrySnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In whose name the core's orders are carried out. */
class MasterLoopTest {
  private static final Term OLD = new Term(1, 1);
  private static final Term NEW = new Term(2, 1);

  private final BlockingQueue<Term> written = new LinkedBlockingQueue<>();
  private final BlockingQueue<Term> published = new LinkedBlockingQueue<>();
  private final MasterLoop loop =
      new MasterLoop(MasterSettings.DEFAULTS, MasterLoop.Recording.none(), MasterTimings.unshown());

  private final class Noted implements Terms {
    @Override
    public void write(
        Term term, long writeId, List<RegistryChange> changes, Registry.WriteListener listener) {
      written.add(term);
    }

    @Override
    public void publish(Term term, MasterInfo self) {
      published.add(term);
    }

    @Override
    public void stepDown(Term term, String reason) {}

    @Override
    public void stepDown(String reason) {}
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private static MasterInfo self(String id) {
    return MasterInfo.newBuilder().setId(id).setIp(1).setPort(5050).build();
  }

  private void lead(Term term, String id) {
    loop.lead(term, self(id), new RegistrySnapshot(List.of(), List.of()));
  }

  private void subscribe(long exchange) {
    loop.post(at -> subscription(at, exchange));
  }

  private static MasterEvent subscription(Instant at, long exchange) {
    return new MasterEvent.CallReceived(
        at,
        exchange,
        "stream-" + exchange,
        Optional.empty(),
        Optional.empty(),
        Call.newBuilder()
            .setType(Call.Type.SUBSCRIBE)
            .setSubscribe(
                Call.Subscribe.newBuilder()
                    .setFrameworkInfo(FrameworkInfo.newBuilder().setUser("nobody").setName("web")))
            .build());
  }

  private static Term next(BlockingQueue<Term> queue) throws InterruptedException {
    return queue.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsWorkedOffLateIsDoneInTheNameOfTheTermThatItCameIn() throws InterruptedException {
    loop.leadBy(new Noted());
    // All of this has come before the loop gets to run: also the news of the next term.
    lead(OLD, "old");
    subscribe(1);
    loop.post(at -> new MasterEvent.LeadershipLost(at, "the session is lost"));
    lead(NEW, "new");
    subscribe(2);

    loop.start();

    assertThat(next(published)).isEqualTo(OLD);
    assertThat(next(written)).isEqualTo(OLD);
    assertThat(next(published)).isEqualTo(NEW);
    assertThat(next(written)).isEqualTo(NEW);
  }
}
