package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.coordination.WriteOutcome.Failed;
import io.meseta.common.coordination.WriteOutcome.Fenced;
import io.meseta.common.coordination.WriteOutcome.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FencedStoreIT {
  private static final String PATH = "/meseta";
  private static final String RECORDS = PATH + "/registry/things/";
  private static final Written WRITTEN = new Written();

  private EmbeddedZooKeeper zooKeeper;
  private MutableProxy proxy;

  /** Looks and interferes from outside, not through the proxy. */
  private ZkSession operator;

  private ZkSession session;
  private FencedStore store;
  private Term term;

  @BeforeEach
  void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    proxy = new MutableProxy(zooKeeper.port());
    operator = ZkSession.open(zooKeeper.url(PATH), Contender.OPTIONS);
    operator.client().create().creatingParentsIfNeeded().forPath(PATH + "/registry/epoch");
    term = new Term(1, 0);
    session = ZkSession.open(proxy.url(PATH), Contender.OPTIONS);
    store = FencedStore.open(session, StoreOptions.DEFAULT);
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    session.close();
    operator.close();
    proxy.close();
    zooKeeper.close();
  }

  private static Change put(String id, String value) {
    return Change.put(new StoreKey("things", id), value.getBytes(UTF_8));
  }

  private static Change delete(String id) {
    return Change.delete(new StoreKey("things", id));
  }

  private CompletableFuture<WriteOutcome> submit(Change... changes) {
    CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
    store.write(term, List.of(changes), outcome::complete);
    return outcome;
  }

  private WriteOutcome write(Change... changes) throws Exception {
    return Eventually.get(submit(changes));
  }

  private ReadOutcome read() throws Exception {
    CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();
    store.readAll(term, "things", outcome::complete);
    return Eventually.get(outcome);
  }

  private Map<String, String> records() throws Exception {
    SortedMap<String, byte[]> read = ((ReadOutcome.Read) read()).records();
    Map<String, String> texts = new TreeMap<>();
    read.forEach((id, value) -> texts.put(id, new String(value, UTF_8)));
    return texts;
  }

  private boolean exists(String id) throws Exception {
    return operator.client().checkExists().forPath(RECORDS + id) != null;
  }

  @Test
  void keepsWhatIsWrittenAndForgetsWhatIsDeleted() throws Exception {
    assertThat(records()).isEmpty();
    assertThat(write(put("a/b", "1"), put("..", "2"), put("ü", "3"))).isEqualTo(WRITTEN);
    assertThat(write(put("a/b", "4"), delete(".."))).isEqualTo(WRITTEN);
    assertThat(records()).containsExactly(Map.entry("a/b", "4"), Map.entry("ü", "3"));
  }

  @Test
  void writesWhateverIsThereAlready() throws Exception {
    assertThat(write(delete("never was"), put("a", "1"))).isEqualTo(WRITTEN);
    operator.client().create().forPath(RECORDS + "b", new byte[] {'x'});
    operator.client().delete().forPath(RECORDS + "a");
    assertThat(write(put("b", "2"), put("a", "3"), put("c", "4"))).isEqualTo(WRITTEN);
    assertThat(records()).isEqualTo(Map.of("a", "3", "b", "2", "c", "4"));
  }

  @Test
  void theLastChangeOfARecordCounts() throws Exception {
    assertThat(write(put("a", "1"), delete("a"), put("a", "2"), put("b", "1"), delete("b")))
        .isEqualTo(WRITTEN);
    assertThat(records()).isEqualTo(Map.of("a", "2"));
  }

  @Test
  void writesTogetherWhatComesWhileOneIsUnderWayAndAnswersInOrder() throws Exception {
    int writes = 500;
    BlockingQueue<Integer> answered = new LinkedBlockingQueue<>();
    Set<String> threads = new TreeSet<>();
    for (int i = 0; i < writes; i++) {
      int number = i;
      store.write(
          term,
          List.of(put("r" + i, "v" + i)),
          outcome -> {
            assertThat(outcome).isEqualTo(WRITTEN);
            threads.add(Thread.currentThread().getName());
            answered.add(number);
          });
    }
    for (int i = 0; i < writes; i++) {
      assertThat(Eventually.next(answered)).isEqualTo(i);
    }
    assertThat(threads).containsExactly("coordination");
    assertThat(records()).hasSize(writes);
    assertThat(transactions(writes)).hasSizeLessThan(writes / 5);
  }

  private Set<Long> transactions(int records) throws Exception {
    Set<Long> ids = new TreeSet<>();
    for (int i = 0; i < records; i++) {
      ids.add(operator.client().checkExists().forPath(RECORDS + "r" + i).getMzxid());
    }
    return ids;
  }

  @Test
  void aBatchStaysBelowTheLimitOfATransaction() throws Exception {
    byte[] large = new byte[300 * 1024];
    List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      outcomes.add(submit(Change.put(new StoreKey("things", "r" + i), large)));
    }
    for (CompletableFuture<WriteOutcome> outcome : outcomes) {
      assertThat(Eventually.get(outcome)).isEqualTo(WRITTEN);
    }
    assertThat(transactions(6)).hasSize(6);
  }

  @Test
  void refusesATooLargeValueAndOnlyThat() throws Exception {
    byte[] tooLarge = new byte[FencedStore.MAX_VALUE_BYTES + 1];
    CompletableFuture<WriteOutcome> before = submit(put("a", "1"));
    CompletableFuture<WriteOutcome> refused =
        submit(Change.put(new StoreKey("things", "b"), tooLarge));
    CompletableFuture<WriteOutcome> after = submit(put("c", "3"));

    assertThat(Eventually.get(after)).isEqualTo(WRITTEN);
    assertThat(before).as("answered in order").isDone();
    assertThat(refused).as("answered in order").isDone();
    assertThat(Eventually.get(before)).isEqualTo(WRITTEN);
    assertThat(((Failed) Eventually.get(refused)).reason())
        .contains("id=b")
        .contains("524289 bytes")
        .contains("at most 524288");
    assertThat(records()).isEqualTo(Map.of("a", "1", "c", "3"));
  }

  @Test
  void refusesATooLargeWrite() throws Exception {
    byte[] half = new byte[FencedStore.MAX_VALUE_BYTES];
    WriteOutcome outcome =
        write(
            Change.put(new StoreKey("things", "a"), half),
            Change.put(new StoreKey("things", "b"), half));
    assertThat(((Failed) outcome).reason()).contains("at most 917504");
    assertThat(records()).isEmpty();
  }

  @Test
  void theLargestValueIsWritten() throws Exception {
    byte[] largest = new byte[FencedStore.MAX_VALUE_BYTES];
    assertThat(write(Change.put(new StoreKey("things", "a"), largest))).isEqualTo(WRITTEN);
  }

  @Test
  void nothingIsWrittenWhenTheTermIsOver() throws Exception {
    assertThat(write(put("a", "1"))).isEqualTo(WRITTEN);
    operator.client().setData().forPath(PATH + "/registry/epoch", "2".getBytes(UTF_8));

    assertThat(write(put("a", "2"), put("b", "2"))).isEqualTo(new Fenced());
    assertThat(write(delete("a"))).isEqualTo(new Fenced());
    assertThat(write()).isEqualTo(new Fenced());
    assertThat(records()).isEqualTo(Map.of("a", "1"));

    term = new Term(2, 1);
    assertThat(write(put("a", "3"))).isEqualTo(WRITTEN);
    assertThat(records()).isEqualTo(Map.of("a", "3"));
  }

  @Test
  void aTermIsOverWhenTheRegistryIsRemoved() throws Exception {
    operator.client().delete().forPath(PATH + "/registry/epoch");
    assertThat(write(put("a", "1"))).isEqualTo(new Fenced());
  }

  @Test
  void aNewRecordWhoseAnswerGotLostIsWrittenOnce() throws Exception {
    assertThat(write(put("other", "1"))).isEqualTo(WRITTEN);
    proxy.mute();
    CompletableFuture<WriteOutcome> outcome = submit(put("a", "1"), delete("other"));
    Eventually.await("made at the server", () -> exists("a"));
    assertThat(outcome).isNotDone();
    proxy.cutAndUnmute();

    assertThat(Eventually.get(outcome)).isEqualTo(WRITTEN);
    assertThat(records()).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void aLostAnswerOfADeposedLeaderEndsAsFencedAndChangesNothingMore() throws Exception {
    assertThat(write(put("a", "1"))).isEqualTo(WRITTEN);
    proxy.mute();
    CompletableFuture<WriteOutcome> outcome = submit(put("b", "mine"));
    Eventually.await("made at the server", () -> exists("b"));
    operator.client().setData().forPath(PATH + "/registry/epoch", "2".getBytes(UTF_8));
    operator.client().setData().forPath(RECORDS + "b", "theirs".getBytes(UTF_8));
    proxy.cutAndUnmute();

    assertThat(Eventually.get(outcome)).isEqualTo(new Fenced());
    assertThat(records()).isEqualTo(Map.of("a", "1", "b", "theirs"));
  }

  @Test
  void survivesARestartOfTheServerInTheMiddleOfManyWrites() throws Exception {
    BlockingQueue<Integer> written = new LinkedBlockingQueue<>();
    int writes = 400;
    for (int i = 0; i < writes; i++) {
      int number = i;
      store.write(
          term,
          List.of(put("r" + i % 50, "v" + i), delete("r" + (i + 25) % 50)),
          outcome -> {
            assertThat(outcome).isEqualTo(WRITTEN);
            written.add(number);
          });
      if (i == 100 || i == 300) {
        zooKeeper.stop();
        proxy.cutAndUnmute();
      }
      if (i == 200 || i == 350) {
        zooKeeper.restart();
      }
    }
    for (int i = 0; i < writes; i++) {
      assertThat(Eventually.next(written)).isEqualTo(i);
    }
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < writes; i++) {
      expected.put("r" + i % 50, "v" + i);
      expected.remove("r" + (i + 25) % 50);
    }
    assertThat(records()).isEqualTo(expected);
  }

  @Test
  void aWriteFailsAtItsTimeLimitAndTheStoreGoesOn() throws Exception {
    try (FencedStore impatient =
        FencedStore.open(
            session, new StoreOptions(Duration.ofMillis(600), Duration.ofMillis(600)))) {
      zooKeeper.stop();
      CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
      impatient.write(term, List.of(put("a", "1")), outcome::complete);
      assertThat(((Failed) Eventually.get(outcome)).reason())
          .contains("not written within PT0.6S")
          .contains("ZooKeeper");
      CompletableFuture<ReadOutcome> read = new CompletableFuture<>();
      impatient.readAll(term, "things", read::complete);
      assertThat(((ReadOutcome.Failed) Eventually.get(read)).reason())
          .contains("not read within PT0.6S");
      zooKeeper.restart();
      assertThat(write(put("b", "1"))).isEqualTo(WRITTEN);
    }
  }

  @Test
  void readsManyRecordsThoughTheirNamesFillMoreThanOnePacket() throws Exception {
    String longName = "x".repeat(250);
    int count = 5_000;
    List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(submit(put(longName + i, "v" + i)));
    }
    for (CompletableFuture<WriteOutcome> outcome : outcomes) {
      assertThat(Eventually.get(outcome)).isEqualTo(WRITTEN);
    }
    Map<String, String> records = records();
    assertThat(records).hasSize(count).containsEntry(longName + 4_711, "v4711");
  }

  @Test
  void readingWaitsForTheServer() throws Exception {
    assertThat(write(put("a", "1"))).isEqualTo(WRITTEN);
    zooKeeper.stop();
    CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();
    store.readAll(term, "things", outcome::complete);
    zooKeeper.restart();
    assertThat(((ReadOutcome.Read) Eventually.get(outcome)).records()).containsOnlyKeys("a");
  }

  @Test
  void doesNotReadWhatItDidNotWrite() throws Exception {
    assertThat(write(put("a", "1"))).isEqualTo(WRITTEN);
    operator.client().create().forPath(RECORDS + "a b");
    assertThat(((ReadOutcome.Failed) read()).reason()).contains("'a b' is not ours");
  }

  @Test
  void closingFailsWhatWaits() throws Exception {
    zooKeeper.stop();
    CompletableFuture<WriteOutcome> waiting = submit(put("a", "1"));
    store.close();
    assertThat(((Failed) Eventually.get(waiting)).reason()).contains("closed");
    assertThat(((Failed) write(put("a", "2"))).reason()).contains("closed");
    session.close();
    assertThat(((Failed) write(put("a", "3"))).reason()).contains("closed");
    assertThat(((ReadOutcome.Failed) read()).reason()).contains("closed");
  }
}
