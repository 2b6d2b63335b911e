package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.coordination.Contender.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeaderElectionIT {
  private EmbeddedZooKeeper zooKeeper;
  private final List<Contender> contenders = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
  }

  @AfterEach
  void stop() {
    contenders.forEach(Contender::close);
    zooKeeper.close();
  }

  private Contender contend(String id) {
    return contend(id, Contender.OPTIONS);
  }

  private Contender contend(String id, ZkOptions options) {
    Contender contender = new Contender(zooKeeper.url("/deep/meseta"), id, options);
    contenders.add(contender);
    return contender;
  }

  /** The one of the contenders that is told that it leads, with its term. */
  private record Leader(Contender contender, Term term) {}

  private static Leader awaitLeader(List<Contender> among) throws Exception {
    List<Contender> told = new ArrayList<>();
    Eventually.await(
        "a leader",
        () -> {
          among.stream().filter(each -> !each.told.isEmpty()).forEach(told::add);
          return !told.isEmpty();
        });
    assertThat(told).as("one leader at a time").hasSize(1);
    return new Leader(told.get(0), told.get(0).awaitElected());
  }

  @Test
  void oneOfThreeIsElectedAndAnotherWhenItsSessionEnds() throws Exception {
    List<Contender> all = List.of(contend("a"), contend("b"), contend("c"));
    Leader first = awaitLeader(all);
    assertThat(first.term().epoch()).isEqualTo(1);
    List<Contender> others = all.stream().filter(each -> each != first.contender()).toList();

    zooKeeper.expireSession(first.contender().sessionId());

    Leader second = awaitLeader(others);
    assertThat(second.term().epoch()).isGreaterThan(first.term().epoch());
    first.contender().awaitDeposed();
    assertThat(write(first, "late")).isInstanceOf(WriteOutcome.Fenced.class);
    assertThat(write(second, "good")).isInstanceOf(WriteOutcome.Written.class);
  }

  private static WriteOutcome write(Leader leader, String value) throws Exception {
    CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
    leader
        .contender()
        .store
        .write(
            leader.term(),
            List.of(Change.put(new StoreKey("things", "x"), value.getBytes(UTF_8))),
            outcome::complete);
    return Eventually.get(outcome);
  }

  @Test
  void isDeposedAtOnceWhenTheServerStopsAndElectedAgainWhenItIsBack() throws Exception {
    Contender only = contend("a");
    Term first = only.awaitElected();

    zooKeeper.stop();
    assertThat(only.awaitDeposed()).contains("connection");
    zooKeeper.restart();

    Term second = only.awaitElected();
    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(second.fence()).isNotEqualTo(first.fence());
  }

  @Test
  void isElectedAgainAfterAnOutageLongerThanTheSession() throws Exception {
    Contender only = contend("a", Contender.SHORT_LIVED);
    Term first = only.awaitElected();

    zooKeeper.stop();
    only.awaitDeposed();
    CompletableFuture<Void> lost = new CompletableFuture<>();
    only.session.thread().execute(() -> only.session.addListener(onLost(lost)));
    Eventually.get(lost);
    zooKeeper.restart();

    assertThat(only.awaitElected().epoch()).isGreaterThan(first.epoch());
    assertThat(only.told).isEmpty();
  }

  private static ConnectionListener onLost(CompletableFuture<Void> lost) {
    return new ConnectionListener() {
      @Override
      public void connected() {}

      @Override
      public void suspended() {}

      @Override
      public void lost() {
        lost.complete(null);
      }

      @Override
      public void closed() {}
    };
  }

  @Test
  void startsBeforeTheServerDoes() throws Exception {
    zooKeeper.stop();
    Contender early = contend("a");
    zooKeeper.restart();
    assertThat(early.awaitElected().epoch()).isEqualTo(1);
  }

  @Test
  void stepsDownAndLetsTheOtherLead() throws Exception {
    Contender a = contend("a");
    Term first = a.awaitElected();
    Contender b = contend("b");
    Eventually.await("both contend", () -> contendersInLine() == 2);

    a.election.stepDown("maintenance");

    assertThat(a.awaitDeposed()).isEqualTo("maintenance");
    Term second = b.awaitElected();
    assertThat(second.epoch()).isGreaterThan(first.epoch());
    b.election.stepDown("back again");
    assertThat(a.awaitElected().epoch()).isGreaterThan(second.epoch());
  }

  private int contendersInLine() throws Exception {
    return contenders.get(0).session.client().getChildren().forPath("/deep/meseta/latch").size();
  }

  @Test
  void aClosedLeaderIsDeposedAndAnotherLeadsAtOnce() throws Exception {
    Contender a = contend("a");
    a.awaitElected();
    Contender b = contend("b");
    Eventually.await("both contend", () -> contendersInLine() == 2);

    a.close();

    assertThat(a.awaitDeposed()).contains("closed");
    Told next =
        b.told.poll(Contender.OPTIONS.sessionTimeout().toMillis() / 2, TimeUnit.MILLISECONDS);
    assertThat(next).isInstanceOf(Told.Elected.class);
  }

  @Test
  void saysWhatIsWrongWithTheEpochAndGoesOnWhenItIsMended() throws Exception {
    ZkSession operator = ZkSession.open(zooKeeper.url("/deep/meseta"), Contender.OPTIONS);
    operator
        .client()
        .create()
        .creatingParentsIfNeeded()
        .forPath("/deep/meseta/registry/epoch", new byte[] {'x'});
    Contender a = contend("a");
    Eventually.await(
        "it contends", () -> operator.client().checkExists().forPath("/deep/meseta/latch") != null);
    operator.client().setData().forPath("/deep/meseta/registry/epoch", new byte[] {'7'});
    operator.close();
    assertThat(a.awaitElected().epoch()).isEqualTo(8);
  }

  @Test
  void aLateContenderCannotEndTheTermOfTheNextOne() throws Exception {
    Contender a = contend("a");
    Term term = a.awaitElected();
    CompletableFuture<Epoch.Raised> raised = new CompletableFuture<>();
    new Epoch(a.session).raise("/deep/meseta/latch/gone", raised::complete);
    assertThat(Eventually.get(raised)).isInstanceOf(Epoch.Raised.Refused.class);
    assertThat(write(new Leader(a, term), "still mine")).isInstanceOf(WriteOutcome.Written.class);
  }
}
