package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.cli.it.ChaosPlan.Step;
import io.meseta.cli.it.ChaosPlan.Victim;
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
import java.util.concurrent.TimeUnit;

/** Carries out a {@link ChaosPlan} on a cluster and its framework. */
final class Chaos implements AutoCloseable {

  private static final Set<Victim> AGENTS = EnumSet.of(Victim.FIRST_AGENT, Victim.SECOND_AGENT);

  /** Generous: the machine may be busy with other things. */
  private static final Duration AT_WORK = Duration.ofMinutes(3);

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
   * @param length after which nothing more is killed: waiting for work makes the plan longer
   */
  void run(List<Step> plan, Duration length) throws Exception {
    long beginNs = System.nanoTime();
    long waitedNs = 0;
    for (Step step : plan) {
      // The pace of the plan; a late step is done at once.
      TimeUnit.NANOSECONDS.sleep(beginNs + waitedNs + step.after().toNanos() - System.nanoTime());
      if (System.nanoTime() - beginNs > length.toNanos()) {
        break;
      }
      long stepNs = System.nanoTime();
      switch (step.what()) {
        case KILL_AT_WORK -> {
          awaitWork();
          kill(step.victim());
        }
        case KILL_AT_ONCE -> kill(step.victim());
        case REVIVE -> revive(step.victim());
      }
      waitedNs += System.nanoTime() - stepNs;
    }
    for (Victim victim : List.copyOf(dead.keySet())) {
      revive(victim);
    }
  }

  /** A leader leads, and all that runs is registered or subscribed with it. */
  private void awaitWork() {
    await("the cluster is back at work")
        .atMost(AT_WORK)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .until(this::isAtWork);
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
    assertThat(daemon.isAlive())
        .as("%s has not ended by itself, see %s", daemon.name(), daemon.log())
        .isTrue();
    daemon.kill();
    dead.put(victim, daemon);
    kills.merge(victim, 1, Integer::sum);
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
