package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeaderPublicationIT {
  private static final String PATH = "/meseta";

  private EmbeddedZooKeeper zooKeeper;
  private MutableProxy proxy;
  private ZkSession operator;
  private Contender master;

  @BeforeEach
  void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    proxy = new MutableProxy(zooKeeper.port());
    operator = ZkSession.open(zooKeeper.url(PATH), Contender.OPTIONS);
    master = new Contender(proxy.url(PATH), "master");
  }

  @AfterEach
  void stop() throws Exception {
    master.close();
    operator.close();
    proxy.close();
    zooKeeper.close();
  }

  private List<String> published() throws Exception {
    List<String> infos = new ArrayList<>();
    for (String node : JsonInfo.only(operator.client().getChildren().forPath(PATH))) {
      try {
        infos.add(new String(operator.client().getData().forPath(PATH + "/" + node), UTF_8));
      } catch (NoNodeException e) {
        infos.add("removed while looking");
      }
    }
    return infos;
  }

  private void awaitPublished(String... infos) throws Exception {
    Eventually.await("published: " + List.of(infos), () -> published().equals(List.of(infos)));
  }

  private void publish(Term term, String info) {
    master.publication.publish(term, info.getBytes(UTF_8));
  }

  @Test
  void publishesOnlyWhenToldAndRemovesItOnStepDown() throws Exception {
    Term term = master.awaitElected();
    assertThat(published()).isEmpty();
    publish(term, "{\"id\":\"m\"}");
    awaitPublished("{\"id\":\"m\"}");
    assertThat(JsonInfo.only(operator.client().getChildren().forPath(PATH)).get(0))
        .matches("json\\.info_[0-9]{10}");
    publish(term, "{\"id\":\"m2\"}");
    awaitPublished("{\"id\":\"m2\"}");
    master.publication.withdraw();
    awaitPublished();
  }

  @Test
  void leavesOthersAlone() throws Exception {
    Term term = master.awaitElected();
    operator.client().create().forPath(PATH + "/json.info_0000000000", "other".getBytes(UTF_8));
    publish(term, "mine");
    Eventually.await("both", () -> published().size() == 2);
    master.publication.withdraw();
    awaitPublished("other");
  }

  @Test
  void aNodeWhoseAnswerGotLostIsRemovedAfterStepDown() throws Exception {
    Term term = master.awaitElected();
    long sessionBefore = master.sessionId();
    proxy.muteWhenSent("ghost");
    publish(term, "ghost");
    awaitPublished("ghost");
    master.publication.withdraw();
    proxy.cutAndUnmute();
    awaitPublished();
    assertThat(master.sessionId())
        .as("not removed by the end of a session")
        .isEqualTo(sessionBefore);
    Term again = awaitReelected();
    publish(again, "real");
    awaitPublished("real");
  }

  private Term awaitReelected() throws Exception {
    master.awaitDeposed();
    return master.awaitElected();
  }

  @Test
  void staysPublishedOnceThroughARestartOfTheServer() throws Exception {
    Term term = master.awaitElected();
    publish(term, "first");
    awaitPublished("first");
    zooKeeper.restart();
    proxy.cutAndUnmute();
    Term again = awaitReelected();
    publish(again, "second");
    awaitPublished("second");
  }

  @Test
  void aDeposedLeaderLeavesNothing() throws Exception {
    publish(master.awaitElected(), "first");
    awaitPublished("first");
    try (Contender standby = new Contender(zooKeeper.url(PATH), "standby")) {
      zooKeeper.expireSession(master.sessionId());
      Term next = standby.awaitElected();
      master.awaitDeposed();
      master.publication.withdraw();
      standby.publication.publish(next, "second".getBytes(UTF_8));
      awaitPublished("second");
    }
  }

  @Test
  void nothingIsPublishedInATermThatIsOver() throws Exception {
    Term term = master.awaitElected();
    operator.client().setData().forPath(PATH + "/registry/epoch", "99".getBytes(UTF_8));
    publish(term, "late");
    publish(new Term(99, term.fence() + 1), "good");
    awaitPublished("good");
  }

  @Test
  void closingWithdraws() throws Exception {
    publish(master.awaitElected(), "first");
    awaitPublished("first");
    master.publication.close();
    awaitPublished();
  }
}
