package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.ChaosFramework.Phase;
import io.meseta.cli.it.FrameworkFile.Kind;
import io.meseta.cli.it.FrameworkFile.Line;
import io.meseta.cli.replay.ReplayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * For a minute masters, agents and the framework are killed with {@code kill -9}, by a plan drawn
 * from a seed, while short and long containers run. Then they are let be, and what the framework
 * was told is held against what the engine says has happened, and what the daemons have recorded of
 * themselves is replayed.
 *
 * <p>All options of the daemons are the defaults but one: the ZooKeeper session timeout is 4 s
 * instead of 10 s, so that a minute holds more than a few changes of the leader.
 *
 * <p>System properties: {@code meseta.chaos.seed}, and {@code meseta.chaos.seconds} for how long
 * things are killed.
 */
class ChaosIT {

  private static final long SEED = Long.getLong("meseta.chaos.seed", 1);
  private static final Duration LENGTH =
      Duration.ofSeconds(Long.getLong("meseta.chaos.seconds", 60));

  private static final int MASTERS = 3;
  private static final int AGENTS = 2;

  private static final String SESSION_TIMEOUT = "--zk_session_timeout=4secs";

  /** The session timeout, and what a busy machine takes for the rest. */
  private static final Duration ELECTION = Duration.ofSeconds(8);

  /** Generous: the machine may be busy with other things. What is stuck is stuck for good. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Path logs = Cluster.logs("chaos");
  private final Path recordings = logs.resolve("recordings");
  private final Cluster.Options options =
      new Cluster.Options(
          List.of(SESSION_TIMEOUT), List.of(SESSION_TIMEOUT), Optional.of(recordings));

  @BeforeAll
  static void engine() throws Exception {
    Docker.ensure();
  }

  @Test
  void everyTaskEndsOnceAndAsTheEngineSays() throws Exception {
    deleteAll(logs);
    Files.createDirectories(logs);
    System.out.printf("chaos: seed %d, %d s%n", SEED, LENGTH.toSeconds());
    try (ContainerHistory history = ContainerHistory.follow(logs);
        Cluster cluster = Cluster.start("chaos", logs.resolve("data"), MASTERS, AGENTS, options);
        Chaos chaos = Chaos.prepare(cluster, logs, SEED, ELECTION)) {
      new Run(history, cluster, chaos).run();
      // All that was recorded, up to the kill that ended the process, and up to now.
      replayRecordings();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "With -Dmeseta.chaos.seed=" + SEED + " (all logs are in " + logs + "): " + e.getMessage(),
          e);
    }
    deleteAll(logs.resolve("data"));
    deleteAll(recordings);
  }

  /** Each file by itself: the cores order today what the daemons ordered then. */
  private void replayRecordings() throws IOException {
    int replayed = 0;
    try (Stream<Path> files = Files.walk(recordings)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        StringWriter out = new StringWriter();
        int exitCode =
            new CommandLine(new ReplayCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(file.toString());
        assertThat(exitCode).as("replay of %s: %s", file, out).isZero();
        replayed++;
      }
    }
    assertThat(replayed).as("recordings").isGreaterThanOrEqualTo(MASTERS + AGENTS);
    System.out.printf("chaos: %d recordings replay to the same effects%n", replayed);
  }

  /** One run; its steps in the order in which they are called. */
  private final class Run {
    private final ContainerHistory history;
    private final Cluster cluster;
    private final Chaos chaos;
    private final Map<String, String> agentIds = new TreeMap<>();
    private final Instant begin = Instant.now();
    private Duration withoutLeader = Duration.ZERO;

    Run(ContainerHistory history, Cluster cluster, Chaos chaos) {
      this.history = history;
      this.cluster = cluster;
      this.chaos = chaos;
    }

    void run() throws Exception {
      for (String name : cluster.agents()) {
        // The master knows it a moment before itself does.
        agentIds.put(
            name,
            within(name + " knows its id")
                .until(() -> Cluster.registeredAs(cluster.agent(name)), Optional::isPresent)
                .orElseThrow());
      }
      within("a task has ended").until(() -> fates().anyMatch(fate -> !fate.ends().isEmpty()));

      try (LeaderWatch watch = LeaderWatch.of(cluster)) {
        chaos.run(new ChaosPlan(SEED), LENGTH);
        withoutLeader = watch.longestWithout();
      }
      Instant quiet = Instant.now();
      awaitEverythingIsUp();
      Instant up = Instant.now();

      ChaosFramework.enter(logs, Phase.LAUNCH_NOTHING);
      awaitEnded("all that end by themselves", fate -> fate.kind.endsByItself());
      ChaosFramework.enter(logs, Phase.KILL_WHAT_DOES_NOT_END);
      awaitEnded("all that were killed", fate -> true);
      Instant ended = Instant.now();
      awaitNothingIsLeft();
      teardown();
      print(quiet, up, ended);
      judge();
    }

    private void awaitEverythingIsUp() throws Exception {
      chaos.awaitWork();
      assertThat(cluster.activeAgents(cluster.awaitLeader(LIMIT))).isEqualTo(cluster.agentIds());
      assertThat(cluster.masters()).as("no master has ended by itself").allMatch(Daemon::isAlive);
      for (Map.Entry<String, String> agent : agentIds.entrySet()) {
        within(agent.getKey() + " has its id")
            .until(() ->
                Cluster.registeredAs(cluster.agent(agent.getKey()))
                    .equals(Optional.of(agent.getValue())));
      }
    }

    private void awaitEnded(String which, Predicate<TaskFate> these) {
      within(which + " have ended")
          .failFast("the framework has ended by itself", () -> !chaos.framework().isAlive())
          .until(() ->
              fates().filter(these).allMatch(fate -> fate.neverWas || !fate.ends().isEmpty()));
    }

    private void awaitNothingIsLeft() throws Exception {
      for (Map.Entry<String, String> entry : agentIds.entrySet()) {
        Daemon agent = cluster.agent(entry.getKey());
        within("all updates of " + entry.getKey() + " are acknowledged")
            .until(() ->
                agent.page("/tasks").filter(page -> page.path("tasks").isEmpty()).isPresent());
        within("no container of " + entry.getKey() + " is left")
            .until(() -> Docker.containersOf(entry.getValue()).isEmpty());
      }
    }

    private void teardown() throws Exception {
      ChaosFramework.enter(logs, Phase.TEARDOWN);
      within("the framework is torn down").until(() -> !chaos.framework().isAlive());
    }

    private void judge() throws Exception {
      List<Line> lines = lines();
      Set<String> ids = valuesOf(lines, Kind.SUBSCRIBED);
      assertThat(ids).as("ids of the framework").hasSize(1);
      assertThat(cluster.activeAgents(cluster.awaitLeader(LIMIT))).isEqualTo(cluster.agentIds());
      String id = ids.iterator().next();
      within("the engine tells the end of all that it started")
          .until(() ->
              history.of(id).values().stream().allMatch(of -> of.exitCodes.size() >= of.starts));
      assertThat(ChaosVerdict.problems(lines, history.of(id), cluster.agentIds()))
          .as("what contradicts the engine, or itself")
          .isEmpty();
      assertThat(ends().keySet())
          .as("all went on")
          .contains(TaskState.TASK_FINISHED, TaskState.TASK_FAILED, TaskState.TASK_KILLED);
    }

    private void print(Instant quiet, Instant up, Instant ended) throws IOException {
      System.out.printf(
          "chaos: killed %s; tasks launched %d, never sent %d, told %s; framework subscribed %d"
              + " times; longest without a leader %d ms%n",
          chaos.kills(),
          fates().count(),
          fates().filter(fate -> fate.neverWas).count(),
          ends(),
          lines().stream().filter(line -> line.kind() == Kind.SUBSCRIBED).count(),
          withoutLeader.toMillis());
      System.out.printf(
          "chaos: in s, killing %d, then all up %d, all tasks ended %d, all done %d%n",
          seconds(begin, quiet),
          seconds(quiet, up),
          seconds(up, ended),
          seconds(begin, Instant.now()));
    }
  }

  private List<Line> lines() throws IOException {
    return FrameworkFile.read(logs.resolve(ChaosFramework.FILE));
  }

  private Stream<TaskFate> fates() throws IOException {
    return TaskFate.of(lines()).values().stream();
  }

  private Map<TaskState, Integer> ends() throws IOException {
    Map<TaskState, Integer> ends = new TreeMap<>();
    fates().forEach(fate -> fate.endStates().forEach(end -> ends.merge(end, 1, Integer::sum)));
    return ends;
  }

  private static Set<String> valuesOf(List<Line> lines, Kind kind) {
    return lines.stream()
        .filter(line -> line.kind() == kind)
        .map(Line::value)
        .collect(Collectors.toSet());
  }

  private static ConditionFactory within(String what) {
    return await(what).atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(300));
  }

  private static long seconds(Instant from, Instant to) {
    return Duration.between(from, to).toSeconds();
  }

  private static void deleteAll(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
