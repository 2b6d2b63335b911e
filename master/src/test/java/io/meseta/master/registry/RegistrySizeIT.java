package io.meseta.master.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.TimeInfo;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.LeaderElection;
import io.meseta.common.coordination.StoreOptions;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a new leader of a large cluster waits for its registry. */
@Timeout(300)
class RegistrySizeIT {

  private static final int AGENTS = 50_000;
  private static final int AT_ONCE = 500;

  /** Several times what an idle machine needs; one request per agent takes longer. */
  private static final Duration BOUND = Duration.ofSeconds(5);

  private static final ZkOptions OPTIONS =
      ZkOptions.DEFAULT.withSessionTimeout(Duration.ofSeconds(30));

  @Test
  void fiftyThousandAgentsAreReadQuickly() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
        ZkSession session = ZkSession.open(zooKeeper.url("/meseta"), OPTIONS);
        FencedStore store = FencedStore.open(session, StoreOptions.DEFAULT)) {
      Registry registry = new Registry(store);
      Term term = elected(session);
      fill(registry, term);
      List<Long> millis = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        long beginNs = System.nanoTime();
        CompletableFuture<RegistryRecovery> recovered = new CompletableFuture<>();
        // Each reading as of a new leader, who remembers nothing.
        registry.recover(new Term(term.epoch() + i + 1, term.fence()), recovered::complete);
        RegistryRecovery outcome = recovered.get(60, TimeUnit.SECONDS);
        millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
        assertThat(((RegistryRecovery.Recovered) outcome).snapshot().agents()).hasSize(AGENTS);
      }
      System.out.printf("%d agents read from the registry in ms: %s%n", AGENTS, millis);
      assertThat(Duration.ofMillis(millis.stream().min(Long::compare).orElseThrow()))
          .isLessThan(BOUND);
    }
  }

  private static Term elected(ZkSession session) throws Exception {
    CompletableFuture<Term> elected = new CompletableFuture<>();
    LeaderElection.start(
        session,
        "master",
        new LeaderElection.Listener() {
          @Override
          public void elected(Term term) {
            elected.complete(term);
          }

          @Override
          public void deposed(String reason) {}
        });
    return elected.get(30, TimeUnit.SECONDS);
  }

  private static void fill(Registry registry, Term term) throws Exception {
    List<CompletableFuture<RegistryOutcome>> writes = new ArrayList<>();
    for (int first = 0; first < AGENTS; first += AT_ONCE) {
      List<RegistryChange> changes = new ArrayList<>();
      for (int i = first; i < first + AT_ONCE; i++) {
        changes.add(new RegistryChange.PutAgent(agent(i)));
      }
      CompletableFuture<RegistryOutcome> written = new CompletableFuture<>();
      registry.write(term, first, changes, (id, outcome) -> written.complete(outcome));
      written.get(60, TimeUnit.SECONDS);
      writes.add(written);
    }
    assertThat(writes)
        .allSatisfy(write -> assertThat(write.join()).isInstanceOf(RegistryOutcome.Written.class));
  }

  private static AgentRecord agent(int number) {
    return AgentRecord.newBuilder()
        .setInfo(
            AgentInfo.newBuilder()
                .setHostname("agent-" + number + ".example.org")
                .setPort(5051)
                .setId(
                    AgentID.newBuilder()
                        .setValue("0f6d8b1e-53b6-4c1f-9d52-8a0c5b7f2e11-S" + number))
                .addAllResources(
                    Resources.of("cpus:32;mem:131072;disk:1000000;ports:[31000-32000]")
                        .toProto(ReservationFormat.REFINED)))
        .setState(AgentRecord.State.ADMITTED)
        .setSince(TimeInfo.newBuilder().setNanoseconds(1_700_000_000_000_000_000L))
        .build();
  }
}
