package io.meseta.master.feed;

import static io.meseta.api.v1.master.Event.Type.AGENT_REMOVED;
import static io.meseta.api.v1.master.Event.Type.FRAMEWORK_ADDED;
import static io.meseta.api.v1.master.Event.Type.SUBSCRIBED;
import static io.meseta.api.v1.master.Event.Type.TASK_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.operator.v1.Event;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.master.Response;
import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.CloseReason;
import io.meseta.master.security.ReadFilters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What those are told by SUBSCRIBE and WATCH who may not see the whole cluster. */
class FilteredFeedTest {

  private static final String SEES_U =
      "{\"permissive\": false,"
          + " \"view_frameworks\": [{\"principals\": {\"values\": [\"p\"]}, \"users\": {\"values\":"
          + " [\"u\"]}}],"
          + " \"view_tasks\": [{\"principals\": {\"values\": [\"p\"]}, \"users\": {\"values\":"
          + " [\"u\"]}}],"
          + " \"view_roles\": [{\"principals\": {\"values\": [\"p\"]}, \"roles\": {\"values\":"
          + " [\"*\", \"mine\"]}}]}";

  private final DrawnCluster cluster = new DrawnCluster("M1");
  private final AtomicReference<Authorizer> lists = new AtomicReference<>(AclFormat.parse(SEES_U));
  private final ReadFilters filters = new ReadFilters(lists::get);
  private final ClusterFeed feed =
      new ClusterFeed(new FeedOptions(10, 1_000, Duration.ofMinutes(10), Duration.ofSeconds(1)));

  @AfterEach
  void close() {
    feed.close();
  }

  private ClusterFeed.Follower as(String principal, FollowingClient client) {
    return new ClusterFeed.Follower(
        client, MediaType.JSON, () -> filters.of(Optional.of(principal)));
  }

  private FollowingClient following(Runnable ask, FollowingClient client) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    do {
      client.refusal = null;
      ask.run();
      Thread.onSpinWait();
    } while (client.refusal != null && System.nanoTime() < end);
    assertThat(client.refusal).isNull();
    return client;
  }

  private FollowingClient watching(String principal) {
    FollowingClient client = FollowingClient.json();
    return following(() -> feed.watch(as(principal, client)), client);
  }

  private FollowingClient subscribed(String principal) {
    FollowingClient client = FollowingClient.json();
    return following(() -> feed.subscribe(as(principal, client)), client);
  }

  private static List<String> frameworks(Event first) {
    return first.getSubscribed().getGetState().getGetFrameworks().getFrameworksList().stream()
        .map(framework -> framework.getFrameworkInfo().getId().getValue())
        .toList();
  }

  @Test
  void theSnapshotHasOnlyWhatIsShown() throws Exception {
    feed.publish(cluster.agentReserved("A1", "yours"));
    feed.publish(cluster.frameworkAdded("F1", "u"));
    feed.publish(cluster.frameworkAdded("F2", "v"));

    Event first = watching("p").begin();
    while (first.getIndex() < 3) {
      first = watching("p").begin();
    }

    assertThat(frameworks(first)).containsExactly("F1");
    Response.GetAgents.Agent agent =
        first.getSubscribed().getGetState().getGetAgents().getAgents(0);
    assertThat(agent.getTotalResourcesList())
        .extracting(resource -> resource.getName())
        .containsExactly("cpus");
    assertThat(agent.getAgentInfo().getResourcesList())
        .extracting(resource -> resource.getName())
        .containsExactly("cpus");
  }

  @Test
  void eventsOfWhatIsNotShownAreLeftOutAndCounted() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = watching("p");
    long begun = client.begin().getIndex();

    feed.publish(cluster.frameworkAdded("F2", "v"));
    feed.publish(cluster.taskAdded("F2", "t2"));
    feed.publish(cluster.taskUpdated("F2", "t2", TaskState.TASK_RUNNING, TaskState.TASK_RUNNING));
    feed.publish(cluster.frameworkAdded("F1", "u"));
    feed.publish(cluster.taskAdded("F1", "t1"));
    feed.publish(cluster.agentReserved("A2", "yours"));
    feed.publish(cluster.agentReserved("A3", "mine"));

    Event added = client.next();
    assertThat(added.getFrameworkAdded().getFramework().getFrameworkInfo().getName())
        .isEqualTo("name-of-F1");
    assertThat(added.getIndex()).as("the others count").isEqualTo(begun + 4);
    assertThat(client.next().getTaskAdded().getTask().getName()).isEqualTo("t1");
    assertThat(names(client.next())).containsExactly("cpus");
    assertThat(names(client.next())).containsExactly("cpus", "mem");
  }

  private static List<String> names(Event added) {
    return added.getAgentAdded().getAgent().getTotalResourcesList().stream()
        .map(resource -> resource.getName())
        .toList();
  }

  @Test
  void whoGoesOnByTheIndexOfAHeartbeatMissesNothing() throws Exception {
    feed.publish(cluster.agentAdded("A1"));
    FollowingClient client = watching("p");
    Event first = client.begin();
    feed.publish(cluster.frameworkAdded("F2", "v"));
    feed.publish(cluster.frameworkAdded("F1", "u"));
    Event second = client.nextOf(FRAMEWORK_ADDED);
    client.leave();
    feed.publish(cluster.taskAdded("F2", "t2"));
    feed.publish(cluster.taskAdded("F1", "t1"));

    FollowingClient again = FollowingClient.json();
    following(() -> feed.watch(as("p", again), "M1", second.getIndex()), again);

    assertThat(first.getIndex()).isLessThan(second.getIndex());
    assertThat(again.begin().getSubscribed().hasGetState()).isFalse();
    assertThat(again.next().getTaskAdded().getTask().getName()).isEqualTo("t1");
  }

  @Test
  void theLastOfATaskIsToldEvenIfItsFrameworkWentWithIt() throws Exception {
    feed.publish(cluster.frameworkAdded("F1", "u"));
    FollowingClient client = watching("p");
    client.begin();

    feed.publish(cluster.frameworkEnds("F1", "t1"));

    assertThat(client.nextOf(TASK_UPDATED).getTaskUpdated().getState())
        .isEqualTo(TaskState.TASK_KILLED);
  }

  @Test
  void whoMaySeeNothingIsToldOfAgentsOnly() throws Exception {
    feed.publish(cluster.frameworkAdded("F1", "u"));
    FollowingClient client = watching("q");
    assertThat(frameworks(client.begin())).isEmpty();

    feed.publish(cluster.frameworkAdded("F2", "v"));
    feed.publish(cluster.taskAdded("F1", "t1"));
    feed.publish(cluster.agentRemoved("A1"));

    assertThat(client.next().getType()).isEqualTo(AGENT_REMOVED);
  }

  @Test
  void otherListsLetEverybodyBeginAnewWithWhatTheyMaySeeThen() throws Exception {
    feed.publish(cluster.frameworkAdded("F1", "u"));
    FollowingClient watcher = watching("p");
    Event first = watcher.begin();
    FollowingClient subscriber = subscribed("p");
    subscriber.begin();
    assertThat(frameworks(first)).containsExactly("F1");

    lists.set(AclFormat.parse("{\"permissive\": false}"));
    feed.beginAnew();

    assertThat(frameworks(watcher.nextOf(SUBSCRIBED))).isEmpty();
    assertThat(subscriber.awaitEnd()).isEqualTo(CloseReason.Kind.ABORTED);
    FollowingClient again = FollowingClient.json();
    following(() -> feed.watch(as("p", again), "M1", first.getIndex()), again);
    assertThat(again.begin().getSubscribed().hasGetState()).as("nobody goes on over that").isTrue();
  }
}
