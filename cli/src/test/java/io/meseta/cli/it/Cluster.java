package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Masters and agents as separate processes with default timeouts, unless a test says otherwise, and
 * ZooKeeper in this one, unless it brings another.
 *
 * <p>Closing ends every process and removes every container of its agents.
 */
final class Cluster implements AutoCloseable {

  private static final String AGENT_RESOURCES = "cpus:4;mem:4096;disk:10000;ports:[31000-31999]";

  /** What the command lines say beyond the defaults. */
  record Options(List<String> master, List<String> agent, Optional<Path> recordings) {
    static final Options DEFAULTS = new Options(List.of(), List.of(), Optional.empty());

    List<String> ofMaster(String name) {
      return with(master, name);
    }

    List<String> ofAgent(String name) {
      return with(agent, name);
    }

    boolean usesDocker() {
      return !agent.contains("--containerizers=process");
    }

    /** A directory for each: a daemon deletes the oldest files of its own. */
    private List<String> with(List<String> arguments, String name) {
      List<String> all = new ArrayList<>(arguments);
      recordings.ifPresent(directory -> all.add("--record=" + directory.resolve(name)));
      return all;
    }
  }

  private final Path logs;
  private final Path data;
  private final Options options;
  private final ZooKeepers zooKeeper;
  private final HttpClient http = HttpClient.newHttpClient();

  /** The newest process of each; masters are asked by a thread that watches them, too. */
  private final List<Daemon> masters = new CopyOnWriteArrayList<>();

  /** By name; the newest process of each. */
  private final Map<String, Daemon> agents = new LinkedHashMap<>();

  private final Set<String> agentIds = new TreeSet<>();
  private int processes;

  private Cluster(String name, Path data, Options options, ZooKeepers zooKeeper) {
    this.logs = logs(name);
    this.data = data;
    this.options = options;
    this.zooKeeper = zooKeeper;
  }

  /**
   * Starts it; returns when one master leads and all agents are registered with it.
   *
   * @param name of the test, for its logs
   * @param data for the agents' work directories
   */
  static Cluster start(String name, Path data, int masters, int agents) throws Exception {
    return start(name, data, masters, agents, Options.DEFAULTS);
  }

  static Cluster start(String name, Path data, int masters, int agents, Options options)
      throws Exception {
    Cluster cluster = new Cluster(name, data, options, ZooKeepers.embedded());
    return cluster.start(masters, agents);
  }

  /** As {@link #start(String, Path, int, int)}; the ZooKeeper is closed with the cluster. */
  static Cluster start(
      String name, Path data, int masters, int agents, Options options, ZooKeepers zooKeeper)
      throws Exception {
    return new Cluster(name, data, options, zooKeeper).start(masters, agents);
  }

  private Cluster start(int number, int numberOfAgents) throws Exception {
    try {
      for (int i = 0; i < number; i++) {
        masters.add(startMaster("master-" + i, 0));
      }
      for (int i = 0; i < numberOfAgents; i++) {
        startAgent("agent-" + i, 0);
      }
      awaitStarted();
      return this;
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  /** Where all that concerns a test is logged, and kept. */
  static Path logs(String test) {
    return Path.of("target", "daemon-logs", test).toAbsolutePath();
  }

  String zk() {
    return zooKeeper.urlFor("framework");
  }

  private Daemon startMaster(String name, int port) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "master", "--zk=" + zooKeeper.urlFor(name), "--ip=127.0.0.1", "--port=" + port));
    arguments.addAll(options.ofMaster(name));
    return Daemon.start(name, logs, http, arguments);
  }

  private Daemon startAgent(String name, int port) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "agent",
                "--master=" + zooKeeper.urlFor(name),
                "--ip=127.0.0.1",
                "--port=" + port,
                "--work_dir=" + workDirectory(name),
                "--resources=" + AGENT_RESOURCES));
    arguments.addAll(options.ofAgent(name));
    Daemon agent = Daemon.start(name + "-run-" + processes++, logs, http, arguments);
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

  List<Daemon> masters() {
    return List.copyOf(masters);
  }

  /** Starts a master that was killed again, on the same port; does not wait for it. */
  Daemon reviveMaster(Daemon dead) throws IOException {
    int port = dead.port();
    String name = dead.name().replaceFirst("-run-.*", "") + "-run-" + processes++;
    Daemon master = startMaster(name, port).listeningOn(port);
    masters.set(masters.indexOf(dead), master);
    return master;
  }

  /** Empty while nobody says that it leads. */
  Optional<Daemon> leader() throws InterruptedException {
    return leader(masters);
  }

  /** The leader among some of the masters: those that can answer. */
  static Optional<Daemon> leader(List<Daemon> among) throws InterruptedException {
    for (Daemon master : among) {
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

  /** Whether the master's only framework is connected. */
  boolean hasActiveFramework(Daemon master) throws IOException, InterruptedException {
    return master
        .page("/state")
        .filter(state -> state.path("frameworks").path(0).path("active").asBoolean())
        .isPresent();
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

  Set<String> agents() {
    return agents.keySet();
  }

  /** Starts an agent that was killed again: same work directory, same port. */
  Daemon restartAgent(String name) throws Exception {
    Daemon agent = startAgent(name, agent(name).port());
    agent.awaitPort();
    return agent;
  }

  /** As {@link #restartAgent}, and does not wait for it. */
  Daemon reviveAgent(String name) throws IOException {
    int port = agent(name).port();
    return startAgent(name, port).listeningOn(port);
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
      if (options.usesDocker()) {
        for (String agent : agentIds) {
          Docker.removeAll(agent);
        }
      }
    } finally {
      zooKeeper.close();
    }
  }
}
