package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Masters and agents as separate processes with default timeouts, and ZooKeeper in this one.
 *
 * <p>Closing ends every process and removes every container of its agents.
 */
final class Cluster implements AutoCloseable {

  private static final String AGENT_RESOURCES = "cpus:4;mem:4096;disk:10000;ports:[31000-31999]";

  private final Path logs;
  private final Path data;
  private final EmbeddedZooKeeper zooKeeper;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Daemon> masters = new ArrayList<>();

  /** By name; the newest process of each. */
  private final Map<String, Daemon> agents = new LinkedHashMap<>();

  private final Set<String> agentIds = new TreeSet<>();
  private int processes;

  private Cluster(String name, Path data) throws IOException {
    this.logs = logs(name);
    this.data = data;
    this.zooKeeper = EmbeddedZooKeeper.startTemporary();
  }

  /**
   * Starts it; returns when one master leads and all agents are registered with it.
   *
   * @param name of the test, for its logs
   * @param data for the agents' work directories
   */
  static Cluster start(String name, Path data, int masters, int agents) throws Exception {
    Cluster cluster = new Cluster(name, data);
    try {
      for (int i = 0; i < masters; i++) {
        cluster.startMaster("master-" + i);
      }
      for (int i = 0; i < agents; i++) {
        cluster.startAgent("agent-" + i, 0);
      }
      cluster.awaitStarted();
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** Where all that concerns a test is logged, and kept. */
  static Path logs(String test) {
    return Path.of("target", "daemon-logs", test).toAbsolutePath();
  }

  String zk() {
    return zooKeeper.url("/mesos").toString();
  }

  private void startMaster(String name) throws IOException {
    masters.add(
        Daemon.start(
            name, logs, http, List.of("master", "--zk=" + zk(), "--ip=127.0.0.1", "--port=0")));
  }

  private Daemon startAgent(String name, int port) throws IOException {
    Daemon agent =
        Daemon.start(
            name + "-run-" + processes++,
            logs,
            http,
            List.of(
                "agent",
                "--master=" + zk(),
                "--ip=127.0.0.1",
                "--port=" + port,
                "--work_dir=" + workDirectory(name),
                "--resources=" + AGENT_RESOURCES));
    agents.put(name, agent);
    return agent;
  }

  private void awaitStarted() throws Exception {
    for (Daemon master : masters) {
      master.awaitPort();
    }
    for (Daemon agent : agents.values()) {
      agent.awaitPort();
    }
    Daemon leader = awaitLeader(Daemon.START_LIMIT);
    awaitRegistered(leader, agents.size(), Daemon.START_LIMIT);
    agentIds.addAll(activeAgents(leader));
  }

  Path workDirectory(String agent) {
    return data.resolve(agent);
  }

  // ---- masters ----

  /** The one that says of itself that it leads. */
  Daemon awaitLeader(Duration limit) throws Exception {
    await("a master leads")
        .atMost(limit)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> leader().isPresent());
    return leader().orElseThrow(() -> new AssertionError("the leader leads no more"));
  }

  /** Empty while nobody says that it leads. */
  Optional<Daemon> leader() throws InterruptedException {
    for (Daemon master : masters) {
      if (master.isAlive() && master.leads()) {
        return Optional.of(master);
      }
    }
    return Optional.empty();
  }

  /** Waits until a master has so many agents. */
  void awaitRegistered(Daemon master, int count, Duration limit) throws Exception {
    await(count + " agents are registered with " + master.name())
        .atMost(limit)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> activeAgents(master).size() == count);
  }

  /** The ids of the agents that are connected to a master; empty when it does not lead. */
  Set<String> activeAgents(Daemon master) throws IOException, InterruptedException {
    Set<String> ids = new TreeSet<>();
    master
        .page("/state")
        .ifPresent(state -> {
          for (JsonNode agent : state.path("slaves")) {
            if (agent.path("active").asBoolean()) {
              ids.add(agent.path("id").asText());
            }
          }
        });
    return ids;
  }

  // ---- agents ----

  /** All that were registered at the start. */
  Set<String> agentIds() {
    return agentIds;
  }

  Daemon agent(String name) {
    Daemon agent = agents.get(name);
    if (agent == null) {
      throw new IllegalArgumentException("there is no " + name);
    }
    return agent;
  }

  /** Starts an agent that was killed again: same work directory, same port. */
  Daemon restartAgent(String name) throws Exception {
    Daemon agent = startAgent(name, agent(name).port());
    agent.awaitPort();
    return agent;
  }

  /** Whether an agent is registered, and with which id. */
  static Optional<String> registeredAs(Daemon agent) throws IOException, InterruptedException {
    return agent
        .page("/tasks")
        .filter(page -> page.path("link").asText().equals("REGISTERED"))
        .map(page -> page.path("id").asText());
  }

  @Override
  public void close() throws IOException {
    // Agents first: what they would launch is not there to be removed yet.
    for (Daemon agent : agents.values()) {
      agent.close();
    }
    for (Daemon master : masters) {
      master.close();
    }
    http.close();
    try {
      for (String agent : agentIds) {
        Docker.removeAll(agent);
      }
    } finally {
      zooKeeper.close();
    }
  }
}
