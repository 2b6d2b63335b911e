package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeaderDetectorIT {
  private static final String PATH = "/some/path";

  private EmbeddedZooKeeper zooKeeper;
  private ZkSession session;
  private ZkSession others;
  private LeaderDetector detector;
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    others = ZkSession.open(zooKeeper.url(PATH), Contender.OPTIONS);
    detect(Contender.OPTIONS);
  }

  private void detect(ZkOptions options) {
    session = ZkSession.open(zooKeeper.url(PATH), options);
    detector = LeaderDetector.start(session, this::onLeader);
  }

  @AfterEach
  void stop() {
    endDetecting();
    others.close();
    zooKeeper.close();
  }

  private void endDetecting() {
    detector.close();
    session.close();
  }

  private void onLeader(Optional<byte[]> info) {
    seen.add(info.map(bytes -> new String(bytes, UTF_8)).orElse("nobody"));
  }

  private String next() throws Exception {
    return Eventually.next(seen);
  }

  private CuratorFramework client() {
    return others.client();
  }

  private String publish(String info) throws Exception {
    return client()
        .create()
        .creatingParentsIfNeeded()
        .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
        .forPath(PATH + "/json.info_", info.getBytes(UTF_8));
  }

  @Test
  void followsTheLowestSequenceAndSkipsTheRest() throws Exception {
    assertThat(next()).as("the path is not there yet").isEqualTo("nobody");
    client().create().creatingParentsIfNeeded().forPath(PATH + "/log_replicas");
    client().create().forPath(PATH + "/info_0000000000", "legacy".getBytes(UTF_8));
    String first = publish("first");
    assertThat(next()).isEqualTo("first");
    String second = publish("second");
    publish("third");
    client().delete().forPath(second);
    client().delete().forPath(first);
    assertThat(next()).isEqualTo("third");
    client().delete().forPath(PATH + "/info_0000000000");
    publish("fourth");
    client().setData().forPath(only("third"), "third, changed".getBytes(UTF_8));
    assertThat(next()).isEqualTo("third, changed");
    client().delete().forPath(only("third, changed"));
    assertThat(next()).isEqualTo("fourth");
    client().delete().forPath(only("fourth"));
    assertThat(next()).isEqualTo("nobody");
    assertThat(seen).isEmpty();
  }

  private String only(String info) throws Exception {
    for (String child : client().getChildren().forPath(PATH)) {
      String path = PATH + "/" + child;
      if (info.equals(new String(client().getData().forPath(path), UTF_8))) {
        return path;
      }
    }
    throw new AssertionError("nothing holds " + info);
  }

  @Test
  void aNewPublicationOfTheSameBytesIsAnotherLeader() throws Exception {
    assertThat(next()).isEqualTo("nobody");
    String first = publish("me");
    assertThat(next()).isEqualTo("me");
    publish("me");
    client().delete().forPath(first);
    assertThat(next()).isEqualTo("me");
  }

  @Test
  void keepsTheLeaderThroughARestartOfTheServer() throws Exception {
    assertThat(next()).isEqualTo("nobody");
    String first = publish("first");
    assertThat(next()).isEqualTo("first");
    zooKeeper.restart();
    publish("second");
    client().delete().forPath(first);
    assertThat(next()).as("nothing was told in between").isEqualTo("second");
  }

  @Test
  void knowsNobodyWhenTheSessionIsLostAndFindsTheLeaderAgain() throws Exception {
    assertThat(next()).isEqualTo("nobody");
    endDetecting();
    detect(Contender.SHORT_LIVED);
    assertThat(next()).isEqualTo("nobody");
    publish("first");
    assertThat(next()).isEqualTo("first");
    zooKeeper.stop();
    assertThat(next()).isEqualTo("nobody");
    zooKeeper.restart();
    assertThat(next()).isEqualTo("first");
  }

  @Test
  void survivesTheEndOfItsSession() throws Exception {
    assertThat(next()).isEqualTo("nobody");
    publish("first");
    assertThat(next()).isEqualTo("first");
    zooKeeper.expireSession(session.ephemeralOwner().orElseThrow());
    assertThat(next()).isEqualTo("nobody");
    assertThat(next()).isEqualTo("first");
    client().delete().forPath(only("first"));
    assertThat(next()).isEqualTo("nobody");
  }

  @Test
  void isSilentAfterItIsClosed() throws Exception {
    assertThat(next()).isEqualTo("nobody");
    detector.close();
    publish("first");
    try (LeaderDetector another = LeaderDetector.start(session, this::onLeader)) {
      assertThat(next()).isEqualTo("first");
      assertThat(another).isNotNull();
    }
    assertThat(List.copyOf(seen)).isEmpty();
  }
}
