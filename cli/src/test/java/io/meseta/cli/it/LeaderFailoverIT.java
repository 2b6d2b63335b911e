package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.Recorder.Wanted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The leader of three masters is killed with {@code kill -9}, while containers run on two agents
 * and others are being launched. All timeouts are the defaults.
 */
@Tag("alone")
class LeaderFailoverIT {

  private static final Duration PROMISED = Duration.ofSeconds(12);
  private static final Duration SOON = Duration.ofSeconds(90);

  private final String run = Scene.newPrefix();

  @TempDir Path data;
  @TempDir Path gate;

  @Test
  void aStandbyLeadsAndNothingIsLost() throws Exception {
    try (Scene scene = Scene.open("leader-failover", data, 3, 2)) {
      new Failover(scene).run();
      scene.framework().teardown();
    }
  }

  /** One run; its steps in the order in which they are called. */
  private final class Failover {
    private final Cluster cluster;
    private final Recorder framework;
    private final ContainerStarts starts;
    private final List<String> sleepers = new ArrayList<>();

    /** Running, or being launched, when the leader dies. */
    private final List<String> before = ids("before-", 10);

    /** Their launch is sent in the moment in which the leader dies. */
    private final List<String> just = ids("just-", 5);

    /** Given to the framework when there is no leader. */
    private final List<String> during = ids("during-", 5);

    private final String gated = run + "gated";

    Failover(Scene scene) {
      this.cluster = scene.cluster();
      this.framework = scene.framework();
      this.starts = scene.starts();
    }

    void run() throws Exception {
      launchLongOnes();
      Set<Docker.Container> untouched = containersOf(sleepers);
      Daemon old = cluster.awaitLeader(SOON);

      framework.submit(shortOnes(before));
      framework.awaitRunning(before.subList(0, 1), SOON);
      framework.submit(shortOnes(just));
      framework.awaitLaunched(just.get(0), SOON);
      Instant killed = Instant.now();
      old.kill();
      framework.submit(shortOnes(during));
      endTheGatedOneWithoutLeader(killed);

      Daemon leader = cluster.awaitLeader(PROMISED);
      Instant led = Instant.now();
      framework.awaitSubscriptions(2, SOON);
      cluster.awaitRegistered(leader, 2, SOON);
      Instant registered = Instant.now();
      framework.awaitEndUpdate(gated, SOON);
      framework.awaitEnds(before, SOON);
      framework.awaitEnds(just, SOON);
      framework.awaitEnds(during, SOON);
      Instant allEnded = Instant.now();

      assertThat(Duration.between(killed, led)).isLessThan(PROMISED);
      assertThat(leader).isNotSameAs(old);
      assertThat(cluster.activeAgents(leader)).isEqualTo(cluster.agentIds());
      assertThat(framework.subscriptions()).hasSize(2);
      assertThat(framework.subscriptions().get(1).framework())
          .isEqualTo(framework.subscriptions().get(0).framework());
      assertThat(framework.endsOf(gated)).containsExactly(TaskState.TASK_FINISHED);
      assertThat(containersOf(sleepers)).isEqualTo(untouched);
      eachShortOneEndedOnce();
      print(killed, led, registered, allEnded);

      launchingWorks();
      killingWorks();
      for (String sleeper : sleepers) {
        starts.assertStarts(sleeper, 1);
      }
    }

    private void launchLongOnes() throws Exception {
      List<Wanted> tasks = new ArrayList<>();
      for (String agent : cluster.agentIds()) {
        for (int i = 0; i < 3; i++) {
          String id = run + "sleeper-" + sleepers.size();
          sleepers.add(id);
          tasks.add(Recorder.shellOn(agent, id, "trap 'exit 0' TERM; sleep 1000 & wait"));
        }
      }
      Wanted waits = Recorder.shell(gated, "while [ ! -e /gate/open ]; do sleep 0.05; done");
      waits.description().readOnlyVolume(gate.toString(), "/gate");
      tasks.add(waits);
      framework.submit(tasks);
      framework.awaitRunning(tasks.stream().map(Wanted::id).toList(), SOON);
    }

    private void endTheGatedOneWithoutLeader(Instant killed) throws Exception {
      Docker.Container container = containersOf(List.of(gated)).iterator().next();
      Files.createFile(gate.resolve("open"));
      Docker.waitFor(container.id());
      assertThat(cluster.leader()).isEmpty();
      assertThat(framework.endsOf(gated)).isEmpty();
      System.out.printf("a task ended %s ms after the leader%n", millis(killed, Instant.now()));
    }

    private Set<Docker.Container> containersOf(List<String> tasks) throws Exception {
      Set<Docker.Container> found = new TreeSet<>(Comparator.comparing(Docker.Container::task));
      for (String agent : cluster.agentIds()) {
        Docker.containersOf(agent).stream()
            .filter(container -> tasks.contains(container.task()))
            .forEach(found::add);
      }
      assertThat(found).hasSameSizeAs(tasks);
      return found;
    }

    /** A launch that was under way when the leader died may have been lost, but never half. */
    private void eachShortOneEndedOnce() throws Exception {
      List<String> all = new ArrayList<>(before);
      all.addAll(just);
      all.addAll(during);
      int finished = 0;
      for (String task : all) {
        assertThat(framework.endsOf(task)).as(task).hasSize(1);
        boolean ran = framework.endsOf(task).contains(TaskState.TASK_FINISHED);
        starts.assertStarts(task, ran ? 1 : 0);
        if (ran) {
          // What reconciliation tells does not make up for the agent's own word.
          framework.awaitEndUpdate(task, SOON);
        }
        finished += ran ? 1 : 0;
      }
      for (String task : during) {
        assertThat(framework.endsOf(task)).as(task).containsExactly(TaskState.TASK_FINISHED);
      }
      System.out.printf(
          "%d of %d short tasks finished, the others never ran%n", finished, all.size());
    }

    private void launchingWorks() throws Exception {
      List<Wanted> tasks = new ArrayList<>();
      for (String agent : cluster.agentIds()) {
        tasks.add(Recorder.shellOn(agent, run + "after-" + tasks.size(), "exit 0"));
      }
      framework.submit(tasks);
      for (Wanted task : tasks) {
        framework.awaitEnds(List.of(task.id()), SOON);
        assertThat(framework.endsOf(task.id())).containsExactly(TaskState.TASK_FINISHED);
      }
    }

    private void killingWorks() throws Exception {
      sleepers.forEach(framework::kill);
      framework.awaitEnds(sleepers, SOON);
      for (String sleeper : sleepers) {
        assertThat(framework.endsOf(sleeper)).containsExactly(TaskState.TASK_KILLED);
      }
    }

    private void print(Instant killed, Instant led, Instant registered, Instant allEnded) {
      System.out.printf(
          "from the kill of the leader, in ms: another leads %d, framework subscribed %d,"
              + " agents registered %d, update of the task that had ended %d, all ended %d%n",
          millis(killed, led),
          millis(killed, framework.subscriptions().get(1).at()),
          millis(killed, registered),
          millis(killed, framework.endUpdateOf(gated).orElseThrow().at()),
          millis(killed, allEnded));
    }
  }

  private List<String> ids(String prefix, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(run + prefix + i);
    }
    return ids;
  }

  private static List<Wanted> shortOnes(List<String> ids) {
    return ids.stream().map(id -> Recorder.shell(id, "sleep 0.3")).toList();
  }

  private static long millis(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
