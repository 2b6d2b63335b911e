package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.NoAuthException;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ZkSessionIT {
  private static final String PATH = "/deep/meseta";

  @Test
  void withCredentialsOthersReadAndOnlyTheOwnerWrites() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
        Contender owner =
            new Contender(
                ZkUrl.parse("zk://joe:secret@" + zooKeeper.connectString() + PATH), "owner");
        ZkSession other = ZkSession.open(zooKeeper.url(PATH), Contender.OPTIONS)) {
      Term term = owner.awaitElected();
      owner.publication.publish(term, "me".getBytes(UTF_8));
      CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
      owner.store.write(
          term,
          List.of(Change.put(new StoreKey("things", "a"), "1".getBytes(UTF_8))),
          outcome::complete);
      assertThat(Eventually.get(outcome)).isInstanceOf(WriteOutcome.Written.class);

      String record = PATH + "/registry/things/a";
      assertThat(new String(other.client().getData().forPath(record), UTF_8)).isEqualTo("1");
      assertThatThrownBy(() -> other.client().setData().forPath(record))
          .isInstanceOf(NoAuthException.class);
      assertThatThrownBy(() -> other.client().create().forPath(PATH + "/json.info_0000000000"))
          .isInstanceOf(NoAuthException.class);
      for (String path : List.of("/deep", PATH, PATH + "/registry/epoch", record)) {
        assertOwnedAndReadable(other.client().getACL().forPath(path));
      }
      CompletableFuture<String> seen = new CompletableFuture<>();
      try (LeaderDetector detector =
          LeaderDetector.start(
              other, info -> info.ifPresent(bytes -> seen.complete(new String(bytes, UTF_8))))) {
        assertThat(detector).isNotNull();
        assertThat(Eventually.get(seen)).isEqualTo("me");
      }
    }
  }

  private static void assertOwnedAndReadable(List<ACL> acl) {
    assertThat(acl)
        .anyMatch(each -> each.getPerms() == Perms.ALL && each.getId().getId().startsWith("joe:"))
        .anyMatch(each -> each.getPerms() == Perms.READ && each.getId().getId().equals("anyone"))
        .hasSize(2);
  }

  @Test
  void aWriteThatTheEnsembleForbidsFailsWithTheReason() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
        Contender owner =
            new Contender(
                ZkUrl.parse("zk://joe:secret@" + zooKeeper.connectString() + PATH), "owner");
        ZkSession other = ZkSession.open(zooKeeper.url(PATH), Contender.OPTIONS);
        FencedStore store = FencedStore.open(other, StoreOptions.DEFAULT)) {
      Term term = owner.awaitElected();
      CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
      store.write(
          term, List.of(Change.put(new StoreKey("things", "a"), new byte[1])), outcome::complete);
      assertThat(((WriteOutcome.Failed) Eventually.get(outcome)).reason()).contains("NOAUTH");
    }
  }

  @Test
  void closingWithoutAServerIsBoundedAndLeavesNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
    Contender contender = new Contender(zooKeeper.url(PATH), "a");
    contender.awaitElected();
    zooKeeper.close();
    contender.awaitDeposed();
    long begin = System.nanoTime();
    contender.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    Eventually.await("no thread is left", () -> alive(before).isEmpty());
  }

  private static Set<String> alive(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread) && thread.isAlive())
        .map(Thread::getName)
        // The JVM's own, started when first needed.
        .filter(name -> !name.startsWith("Common-Cleaner") && !name.startsWith("ForkJoinPool"))
        .collect(Collectors.toSet());
  }

  @Test
  void aSessionThatNeverFoundAServerIsClosed() throws Exception {
    EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
    zooKeeper.stop();
    Contender contender = new Contender(zooKeeper.url(PATH), "a");
    long begin = System.nanoTime();
    contender.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    assertThat(contender.told).isEmpty();
    zooKeeper.close();
  }

  @Test
  void aDurableServerKeepsItsDataOverProcesses(@TempDir Path directory) throws Exception {
    int port;
    try (EmbeddedZooKeeper first = EmbeddedZooKeeper.startDurable(directory.resolve("zk"), 0);
        ZkSession session = ZkSession.open(first.url(PATH), Contender.OPTIONS)) {
      session.client().create().creatingParentsIfNeeded().forPath(PATH, "kept".getBytes(UTF_8));
      port = first.port();
    }
    try (EmbeddedZooKeeper second = EmbeddedZooKeeper.startDurable(directory.resolve("zk"), port);
        ZkSession session = ZkSession.open(second.url(PATH), Contender.OPTIONS)) {
      assertThat(second.port()).isEqualTo(port);
      assertThat(new String(session.client().getData().forPath(PATH), UTF_8)).isEqualTo("kept");
    }
  }

  @Test
  void aTakenPortIsToldWithItsNumber(@TempDir Path directory) throws Exception {
    try (EmbeddedZooKeeper first = EmbeddedZooKeeper.startTemporary()) {
      assertThatThrownBy(() -> EmbeddedZooKeeper.startDurable(directory, first.port()))
          .hasMessageContaining("cannot start ZooKeeper on port " + first.port());
    }
  }
}
