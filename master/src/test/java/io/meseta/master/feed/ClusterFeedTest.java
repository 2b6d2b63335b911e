package io.meseta.master.feed;

import static io.meseta.api.v1.master.Event.Type.AGENT_ADDED;
import static io.meseta.api.v1.master.Event.Type.AGENT_REMOVED;
import static io.meseta.api.v1.master.Event.Type.FRAMEWORK_ADDED;
import static io.meseta.api.v1.master.Event.Type.FRAMEWORK_REMOVED;
import static io.meseta.api.v1.master.Event.Type.FRAMEWORK_UPDATED;
import static io.meseta.api.v1.master.Event.Type.HEARTBEAT;
import static io.meseta.api.v1.master.Event.Type.SUBSCRIBED;
import static io.meseta.api.v1.master.Event.Type.TASK_ADDED;
import static io.meseta.api.v1.master.Event.Type.TASK_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.operator.v1.Event;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.master.Response;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.CloseReason;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What those are told who follow the cluster by SUBSCRIBE or WATCH. */
class ClusterFeedTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final DrawnCluster cluster = new DrawnCluster("M1");
  private ClusterFeed feed = feed(10, 1_000, LONG);

  private static ClusterFeed feed(int subscribers, int history, Duration heartbeat) {
    return new ClusterFeed(new FeedOptions(subscribers, history, heartbeat, Duration.ofSeconds(1)));
  }

  @AfterEach
  void close() {
    feed.close();
  }

  /** A client whose stream is open and whose first two records are taken. */
  private FollowingClient subscribed() throws InterruptedException, DecodeException {
    FollowingClient client = FollowingClient.json();
    subscribe(client);
    client.begin();
    return client;
  }

  /** The first view is worked off on a thread of the feed. */
  private void subscribe(FollowingClient client) throws InterruptedException {
    untilLeading(client, () -> feed.subscribe(all(client, MediaType.JSON)));
  }

  private static ClusterFeed.Follower all(FollowingClient client, MediaType answers) {
    return new ClusterFeed.Follower(client, answers, () -> ReadFilter.ALL);
  }

  private static void untilLeading(FollowingClient client, Runnable ask) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    do {
      client.refusal = null;
      ask.run();
      Thread.onSpinWait();
    } while (client.refusal != null && System.nanoTime() < end);
    assertThat(client.refusal).isNull();
  }

  private FollowingClient watching() throws InterruptedException {
    FollowingClient client = FollowingClient.json();
    untilLeading(client, () -> feed.watch(all(client, MediaType.JSON)));
    return client;
  }

  private FollowingClient watchingAfter(String masterId, long index) {
    FollowingClient client = FollowingClient.json();
    untilLeading(client, () -> feed.watch(all(client, MediaType.JSON), masterId, index));
    return client;
  }

  private static List<String> agents(Response.GetState state) {
    return state.getGetAgents().getAgentsList().stream()
        .map(agent -> agent.getAgentInfo().getId().getValue())
        .toList();
  }

  // ---- SUBSCRIBE ----

  @Test
  void firstComesAllThatThereIsThenAHeartbeatThenWhatHappens() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = FollowingClient.json();
    subscribe(client);

    Event first = client.nextOf(SUBSCRIBED);
    assertThat(agents(first.getSubscribed().getGetState())).containsExactly("A1");
    assertThat(
            first.getSubscribed().getGetState().getGetAgents().getAgents(0).getCapabilitiesList())
        .isNotEmpty();
    assertThat(first.getSubscribed().getHeartbeatIntervalSeconds()).isEqualTo(600);
    assertThat(client.contentType).isEqualTo("application/json");
    assertThat(new String(client.nextRecord(), StandardCharsets.UTF_8))
        .as("without any member")
        .isEqualTo("{\"type\":\"HEARTBEAT\"}");

    feed.publish(cluster.agentAdded("A2"));
    feed.publish(cluster.frameworkAdded("F1"));
    feed.publish(cluster.frameworkUpdated("F1"));
    feed.publish(cluster.taskAdded("F1", "t"));
    feed.publish(cluster.taskUpdated("F1", "t", TaskState.TASK_STARTING, TaskState.TASK_RUNNING));
    feed.publish(cluster.frameworkRemoved("F1"));
    feed.publish(cluster.agentRemoved("A1"));

    assertThat(
            client.nextOf(AGENT_ADDED).getAgentAdded().getAgent().getAgentInfo().getId().getValue())
        .isEqualTo("A2");
    assertThat(
            client
                .nextOf(FRAMEWORK_ADDED)
                .getFrameworkAdded()
                .getFramework()
                .getFrameworkInfo()
                .getId()
                .getValue())
        .isEqualTo("F1");
    client.nextOf(FRAMEWORK_UPDATED);
    assertThat(client.nextOf(TASK_ADDED).getTaskAdded().getTask().getTaskId().getValue())
        .isEqualTo("t");
    var update = client.nextOf(TASK_UPDATED).getTaskUpdated();
    assertThat(update.getFrameworkId().getValue()).isEqualTo("F1");
    assertThat(update.getStatus().getState()).isEqualTo(TaskState.TASK_STARTING);
    assertThat(update.getState()).as("the latest").isEqualTo(TaskState.TASK_RUNNING);
    client.nextOf(FRAMEWORK_REMOVED);
    Event last = client.nextOf(AGENT_REMOVED);
    assertThat(last.getAgentRemoved().getAgentId().getValue()).isEqualTo("A1");
    assertThat(last.hasIndex() || last.hasMasterId()).as("nothing that Mesos lacks").isFalse();
  }

  @Test
  void protobufTellsTheSame() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = new FollowingClient(MediaType.PROTOBUF);
    untilLeading(client, () -> feed.subscribe(all(client, MediaType.PROTOBUF)));

    Event first = client.begin();
    feed.publish(cluster.agentAdded("A2"));

    assertThat(client.contentType).isEqualTo("application/x-protobuf");
    assertThat(agents(first.getSubscribed().getGetState())).containsExactly("A1");
    client.nextOf(AGENT_ADDED);
  }

  @Test
  void nothingIsLostOrToldTwiceBetweenSnapshotAndStream() throws Exception {
    int all = 2_000;
    feed.close();
    feed = feed(100, 100_000, LONG);
    feed.publish(cluster.agentAdded(name(0)));
    List<FollowingClient> clients = new ArrayList<>();
    FollowingClient pace = subscribed();
    FutureTask<Boolean> publisher =
        new FutureTask<>(() -> {
          for (int i = 1; i < all; i++) {
            feed.publish(cluster.agentAdded(name(i)));
            // Clients come in between, and no view waits so long that it is left out.
            pace.nextOf(AGENT_ADDED);
          }
          return true;
        });
    new Thread(publisher).start();
    for (int i = 0; i < 50; i++) {
      FollowingClient client = FollowingClient.json();
      subscribe(client);
      clients.add(client);
    }
    assertThat(publisher.get()).isTrue();
    subscribe(FollowingClient.json());

    for (FollowingClient client : clients) {
      List<String> seen = new ArrayList<>(agents(client.begin().getSubscribed().getGetState()));
      while (seen.size() < all) {
        Event event = client.nextOf(AGENT_ADDED);
        seen.add(event.getAgentAdded().getAgent().getAgentInfo().getId().getValue());
      }
      for (int i = 0; i < all; i++) {
        assertThat(seen.get(i)).isEqualTo(name(i));
      }
    }
  }

  private static String name(int number) {
    return String.format("A%05d", number);
  }

  @Test
  void aHeartbeatComesAfterEachInterval() throws Exception {
    feed.close();
    feed = feed(10, 1_000, Duration.ofMillis(20));
    feed.publish(cluster.agentAdded("A1"));

    FollowingClient client = subscribed();

    client.nextOf(HEARTBEAT);
    client.nextOf(HEARTBEAT);
  }

  @Test
  void whoDoesNotReadIsDropped() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient slow = subscribed();
    FollowingClient other = subscribed();

    slow.stopReading();
    feed.publish(cluster.agentAdded("A2"));

    assertThat(slow.awaitEnd()).isEqualTo(CloseReason.Kind.ABORTED);
    other.nextOf(AGENT_ADDED);
  }

  @Test
  void oneMoreThanThereMayBeEndsTheOldest() throws Exception {
    feed.close();
    feed = feed(2, 1_000, LONG);
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient oldest = subscribed();
    FollowingClient second = subscribed();

    FollowingClient third = subscribed();

    assertThat(oldest.awaitEnd()).as("a clean end").isEqualTo(CloseReason.Kind.FINISHED);
    assertThat(feed.subscribers()).isEqualTo(2);
    feed.publish(cluster.agentAdded("A2"));
    second.nextOf(AGENT_ADDED);
    third.nextOf(AGENT_ADDED);
  }

  @Test
  void whoLeavesIsNotCountedAnyMore() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = subscribed();
    assertThat(feed.subscribers()).isEqualTo(1);

    client.leave();

    assertThat(feed.subscribers()).isZero();
  }

  @Test
  void aMasterThatLeadsNoMoreDropsEverybody() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient subscriber = subscribed();
    FollowingClient watcher = watching();
    watcher.begin();

    feed.publish(MasterView.notLeading());

    assertThat(subscriber.awaitEnd()).as("no clean end").isEqualTo(CloseReason.Kind.ABORTED);
    assertThat(watcher.awaitEnd()).isEqualTo(CloseReason.Kind.ABORTED);
    FollowingClient late = FollowingClient.json();
    feed.subscribe(all(late, MediaType.JSON));
    assertThat(late.refusal).isNotNull().matches(answer -> answer.status() == 503);
  }

  @Test
  void aSubscriberIsDroppedWhereNotEverythingCanBeTold() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = subscribed();

    feed.publish(cluster.incomplete());

    assertThat(client.awaitEnd()).isEqualTo(CloseReason.Kind.ABORTED);
  }

  // ---- WATCH ----

  @Test
  void whoWatchesGoesOnWhereHeHasBeen() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = watching();
    Event first = client.begin();
    assertThat(first.getMasterId()).isEqualTo("M1");
    assertThat(agents(first.getSubscribed().getGetState())).containsExactly("A1");
    feed.publish(cluster.agentsAdded("A2", "A3"));
    Event second = client.nextOf(AGENT_ADDED);
    assertThat(second.getIndex()).isEqualTo(first.getIndex() + 1);
    client.leave();
    feed.publish(cluster.agentAdded("A4"));

    FollowingClient again = watchingAfter("M1", second.getIndex());

    Event goesOn = again.begin();
    assertThat(goesOn.getSubscribed().hasGetState()).as("knows it all").isFalse();
    assertThat(goesOn.getIndex()).isEqualTo(second.getIndex());
    Event third = again.nextOf(AGENT_ADDED);
    assertThat(third.getAgentAdded().getAgent().getAgentInfo().getId().getValue())
        .as("the second half of what one view told")
        .isEqualTo("A3");
    assertThat(third.getIndex()).isEqualTo(second.getIndex() + 1);
    assertThat(again.nextOf(AGENT_ADDED).getIndex()).isEqualTo(second.getIndex() + 2);
  }

  @Test
  void anIndexThatIsTooOldOrOfAnotherTermGivesASnapshot() throws Exception {
    feed.close();
    feed = feed(10, 4, LONG);
    for (int i = 1; i <= 10; i++) {
      feed.publish(cluster.agentAdded(name(i)));
    }
    FollowingClient client = watching();
    Event now = client.begin();
    while (now.getIndex() < 10) {
      now = client.next();
    }

    assertThat(watchingAfter("M1", now.getIndex() - 4).begin().getSubscribed().hasGetState())
        .isFalse();
    for (FollowingClient other :
        List.of(
            watchingAfter("M1", now.getIndex() - 5),
            watchingAfter("M1", now.getIndex() + 1),
            watchingAfter("M0", now.getIndex()))) {
      Event first = other.begin();
      assertThat(first.getIndex()).isGreaterThanOrEqualTo(now.getIndex() - 4);
      assertThat(agents(first.getSubscribed().getGetState())).hasSize((int) first.getIndex());
    }
  }

  @Test
  void whoWatchesBeginsAnewWhereNotEverythingCanBeTold() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = watching();
    long before = client.begin().getIndex();

    feed.publish(cluster.incomplete());
    Event anew = client.nextOf(SUBSCRIBED);
    assertThat(agents(anew.getSubscribed().getGetState())).containsExactly("A1");
    feed.publish(cluster.agentAdded("A2"));
    client.nextOf(AGENT_ADDED);

    cluster.skipView();
    feed.publish(cluster.agentAdded("A3"));
    assertThat(agents(client.nextOf(SUBSCRIBED).getSubscribed().getGetState()))
        .contains("A2", "A3");
    assertThat(watchingAfter("M1", before).begin().getSubscribed().hasGetState())
        .as("nobody goes on over a gap")
        .isTrue();
  }
}
