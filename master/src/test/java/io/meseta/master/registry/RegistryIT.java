package io.meseta.master.registry;

import static io.meseta.master.registry.RegistryChangeTest.agent;
import static io.meseta.master.registry.RegistryChangeTest.framework;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.coordination.Change;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.LeaderElection;
import io.meseta.common.coordination.StoreKey;
import io.meseta.common.coordination.StoreOptions;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.WriteOutcome;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.master.registry.RegistryChange.DeleteAgent;
import io.meseta.master.registry.RegistryChange.DeleteFramework;
import io.meseta.master.registry.RegistryChange.PutAgent;
import io.meseta.master.registry.RegistryChange.PutFramework;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RegistryIT {
  /** No session is to end by itself, however busy the machine is. */
  private static final ZkOptions OPTIONS =
      ZkOptions.DEFAULT.withSessionTimeout(Duration.ofSeconds(30));

  private static final AgentRecord ADMITTED = agent("run-S0", AgentRecord.State.ADMITTED);
  private static final AgentRecord GONE = agent("run-S0", AgentRecord.State.GONE);
  private static final AgentRecord OTHER = agent("run-S1", AgentRecord.State.UNREACHABLE);
  private static final FrameworkRecord ACTIVE = framework("odd/id 1", FrameworkRecord.State.ACTIVE);

  private EmbeddedZooKeeper zooKeeper;
  private ZkSession session;
  private FencedStore store;
  private Registry registry;
  private LeaderElection election;
  private final BlockingQueue<Term> terms = new LinkedBlockingQueue<>();
  private Term term;

  @BeforeEach
  void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    session = ZkSession.open(zooKeeper.url("/meseta"), OPTIONS);
    store = FencedStore.open(session, StoreOptions.DEFAULT);
    registry = new Registry(store);
    election =
        LeaderElection.start(
            session,
            "master",
            new LeaderElection.Listener() {
              @Override
              public void elected(Term elected) {
                terms.add(elected);
              }

              @Override
              public void deposed(String reason) {}
            });
    term = nextTerm();
  }

  @AfterEach
  void stop() {
    session.close();
    zooKeeper.close();
  }

  private Term nextTerm() throws Exception {
    Term next = terms.poll(30, TimeUnit.SECONDS);
    assertThat(next).as("elected within 30 s").isNotNull();
    return next;
  }

  private RegistryOutcome write(RegistryChange... changes) throws Exception {
    CompletableFuture<RegistryOutcome> written = new CompletableFuture<>();
    registry.write(
        term,
        4711,
        List.of(changes),
        (writeId, outcome) -> {
          assertThat(writeId).isEqualTo(4711);
          written.complete(outcome);
        });
    return written.get(30, TimeUnit.SECONDS);
  }

  private RegistryRecovery recover() throws Exception {
    CompletableFuture<RegistryRecovery> recovered = new CompletableFuture<>();
    registry.recover(term, recovered::complete);
    return recovered.get(30, TimeUnit.SECONDS);
  }

  private static RegistryRecovery recovered(
      List<AgentRecord> agents, List<FrameworkRecord> frameworks) {
    return new RegistryRecovery.Recovered(new RegistrySnapshot(agents, frameworks));
  }

  private void writeRaw(String collection, String id, byte[] value) throws Exception {
    CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
    store.write(term, List.of(Change.put(new StoreKey(collection, id), value)), outcome::complete);
    assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(WriteOutcome.Written.class);
  }

  @Test
  void aNewClusterHasAnEmptyRegistry() throws Exception {
    assertThat(recover()).isEqualTo(recovered(List.of(), List.of()));
  }

  @Test
  void theNextTermRecoversWhatWasWritten() throws Exception {
    assertThat(write(new PutAgent(OTHER), new PutAgent(ADMITTED), new PutFramework(ACTIVE)))
        .isEqualTo(new RegistryOutcome.Written());
    election.stepDown("for the test");
    Term old = term;
    term = nextTerm();
    assertThat(recover()).isEqualTo(recovered(List.of(ADMITTED, OTHER), List.of(ACTIVE)));

    assertThat(
            write(new PutAgent(GONE), new DeleteAgent("run-S1"), new DeleteFramework("odd/id 1")))
        .isEqualTo(new RegistryOutcome.Written());
    assertThat(recover()).isEqualTo(recovered(List.of(GONE), List.of()));

    term = old;
    assertThat(write(new PutAgent(ADMITTED))).isEqualTo(new RegistryOutcome.Fenced());
  }

  @Test
  void aTooLargeRecordFailsWithTheReason() throws Exception {
    FrameworkRecord huge =
        ACTIVE.toBuilder()
            .setInfo(ACTIVE.getInfo().toBuilder().setName("x".repeat(600 * 1024)))
            .build();
    RegistryOutcome outcome = write(new PutFramework(huge));
    assertThat(((RegistryOutcome.Failed) outcome).reason()).contains("odd/id 1").contains("bytes");
  }

  @Test
  void doesNotRecoverWhatItDoesNotUnderstand() throws Exception {
    writeRaw("agents", "run-S7", new byte[] {1, 2, 3});
    assertThat(((RegistryRecovery.Failed) recover()).reason()).contains("agent run-S7");
  }

  @Test
  void doesNotRecoverAFrameworkUnderTheNameOfAnother() throws Exception {
    writeRaw("frameworks", "somebody", ACTIVE.toByteArray());
    assertThat(((RegistryRecovery.Failed) recover()).reason())
        .contains("framework somebody holds odd/id 1");
  }

  @Test
  void recoveringAfterTheEndFails() throws Exception {
    session.close();
    assertThat(((RegistryRecovery.Failed) recover()).reason()).contains("closed");
  }
}
