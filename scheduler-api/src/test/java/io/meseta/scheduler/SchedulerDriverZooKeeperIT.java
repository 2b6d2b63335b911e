package io.meseta.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Finding the leader in ZooKeeper, and following it. */
@Timeout(120)
class SchedulerDriverZooKeeperIT {

  private final RecordingScheduler scheduler = new RecordingScheduler();
  private final EmbeddedZooKeeper zooKeeper;
  private final ScriptedMaster first;
  private final ScriptedMaster second;
  private final CuratorFramework curator;

  SchedulerDriverZooKeeperIT() throws IOException {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    first = new ScriptedMaster();
    second = new ScriptedMaster();
    curator = CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(100));
    curator.start();
  }

  @AfterEach
  void close() {
    curator.close();
    first.close();
    second.close();
    zooKeeper.close();
  }

  @Test
  void followsTheLeader() throws Exception {
    try (SchedulerDriver driver =
        SchedulerDriver.builder(Frameworks.named("test").build(), scheduler)
            .master(zooKeeper.url("/mesos").toString())
            .backoff(Duration.ofMillis(1), Duration.ofMillis(50))
            .build()
            .start()) {
      String published = publish(first);
      assertThat(scheduler.next()).isEqualTo("subscribed fw-0001 m");
      first.next(Call.Type.SUBSCRIBE);

      publish(second);
      curator.delete().forPath(published);
      assertThat(scheduler.next()).startsWith("disconnected another master leads now");
      assertThat(scheduler.next()).isEqualTo("resubscribed fw-0001 m");
      second.next(Call.Type.SUBSCRIBE);
      driver.teardown();
      assertThat(driver.awaitTermination(Duration.ofSeconds(60))).isTrue();
    }
  }

  private String publish(ScriptedMaster master) throws Exception {
    String info =
        "{\"id\":\"m\",\"ip\":16777343,\"port\":"
            + master.port()
            + ",\"address\":{\"ip\":\"127.0.0.1\",\"port\":"
            + master.port()
            + "}}";
    return curator
        .create()
        .creatingParentsIfNeeded()
        .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
        .forPath("/mesos/json.info_", info.getBytes(StandardCharsets.UTF_8));
  }
}
