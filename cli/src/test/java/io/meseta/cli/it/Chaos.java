package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.cli.it.ChaosPlan.Pause;
import io.meseta.cli.it.ChaosPlan.Step;
import io.meseta.cli.it.ChaosPlan.Victim;
import io.meseta.cli.it.FrameworkFile.Kind;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Carries out a {@link ChaosPlan} on a cluster and its framework. */
final class Chaos implements AutoCloseable {

  private static final Set<Victim> AGENTS = EnumSet.of(Victim.FIRST_AGENT, Victim.SECOND_AGENT);

  /** Generous: the machine may be busy with other things. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Cluster cluster;
  private final Path directory;
  private final long seed;
  private final Duration election;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Victim, Daemon> dead = new EnumMap<>(Victim.class);
  private final Map<Victim, Integer> kills = new EnumMap<>(Victim.class);
  private Daemon framework;
  private int frameworks;

  private Chaos(Cluster cluster, Path directory, long seed, Duration election) throws IOException {
    this.cluster = cluster;
    this.directory = directory;
    this.seed = seed;
    this.election = election;
    this.framework = startFramework();
  }

  /** Starts the framework. */
  static Chaos prepare(Cluster cluster, Path directory, long seed, Duration election)
      throws IOException {
    ChaosFramework.enter(directory, ChaosFramework.Phase.LAUNCH);
    return new Chaos(cluster, directory, seed, election);
  }

  private Daemon startFramework() throws IOException {
    return Daemon.start(
        "framework-run-" + frameworks++,
        directory,
        http,
        ChaosFramework.class,
        List.of(cluster.zk(), directory.toString(), Long.toString(seed)));
  }

  Daemon framework() {
    return framework;
  }

  /**
   * Returns when everything that was killed has been started again.
   *
   * @param length after which nothing more is killed
   */
  void run(ChaosPlan plan, Duration length) throws Exception {
    long beginNs = System.nanoTime();
    for (Step step = plan.next(); ; step = plan.next()) {
      await(step.pause());
      if (System.nanoTime() - beginNs > length.toNanos()) {
        break;
      }
      switch (step.what()) {
        case KILL_AT_WORK -> {
          awaitWork();
          kill(step.victim());
        }
        case KILL_AT_ONCE -> kill(step.victim());
        case REVIVE -> revive(step.victim());
      }
    }
    for (Victim victim : List.copyOf(dead.keySet())) {
      revive(victim);
    }
  }

  /** Time that passes without progress ends a pause, too. */
  private void await(Pause pause) throws IOException {
    long enough = updates() + pause.updates();
    long endNs = System.nanoTime() + pause.atMost().toNanos();
    within("the framework makes progress, or a pause is over")
        .until(() -> System.nanoTime() - endNs >= 0 || updates() >= enough);
  }

  private long updates() throws IOException {
    return count(Kind.UPDATE);
  }

  private long count(Kind kind) throws IOException {
    return FrameworkFile.read(directory.resolve(ChaosFramework.FILE)).stream()
        .filter(line -> line.kind() == kind)
        .count();
  }

  /** A leader leads, and all that runs is registered or subscribed with it. */
  void awaitWork() {
    within("the cluster is back at work").until(this::isAtWork);
  }

  private static ConditionFactory within(String what) {
    return Awaitility.await(what)
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100));
  }

  private boolean isAtWork() throws Exception {
    Optional<Daemon> leader = cluster.leader();
    if (leader.isEmpty()) {
      return false;
    }
    long agentsDown = dead.keySet().stream().filter(AGENTS::contains).count();
    return cluster.activeAgents(leader.get()).size() == cluster.agents().size() - agentsDown
        && (dead.containsKey(Victim.FRAMEWORK) || cluster.hasActiveFramework(leader.get()));
  }

  private void kill(Victim victim) throws Exception {
    Daemon daemon = find(victim);
    within(daemon.name() + " has reported, or has ended")
        .until(() -> !daemon.isAlive() || hasReported(victim, daemon));
    assertThat(daemon.isAlive())
        .as("%s has not ended by itself, see %s", daemon.name(), daemon.log())
        .isTrue();
    daemon.kill();
    dead.put(victim, daemon);
    kills.merge(victim, 1, Integer::sum);
  }

  /** Before that there is nothing but a JVM that starts. */
  private boolean hasReported(Victim victim, Daemon daemon) throws Exception {
    return victim == Victim.FRAMEWORK ? count(Kind.BEGUN) == frameworks : daemon.answers();
  }

  private Daemon find(Victim victim) throws Exception {
    return switch (victim) {
      case LEADER -> cluster.awaitLeader(election.plus(Daemon.START_LIMIT));
      case STANDBY -> standby();
      case FIRST_AGENT -> cluster.agent("agent-0");
      case SECOND_AGENT -> cluster.agent("agent-1");
      case FRAMEWORK -> framework;
    };
  }

  /** A master that runs and does not lead; while none leads, it may have been about to. */
  private Daemon standby() throws Exception {
    for (Daemon master : cluster.masters()) {
      if (!dead.containsValue(master) && !master.leads()) {
        return master;
      }
    }
    throw new AssertionError("all masters that run lead");
  }

  private void revive(Victim victim) throws Exception {
    Daemon daemon = dead.remove(victim);
    if (daemon == null) {
      throw new IllegalStateException("not killed: " + victim);
    }
    switch (victim) {
      case LEADER, STANDBY -> cluster.reviveMaster(daemon);
      case FIRST_AGENT -> cluster.reviveAgent("agent-0");
      case SECOND_AGENT -> cluster.reviveAgent("agent-1");
      case FRAMEWORK -> framework = startFramework();
    }
  }

  Map<Victim, Integer> kills() {
    return kills;
  }

  @Override
  public void close() {
    framework.close();
    http.close();
  }
}
