package io.meseta.testkit;

import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import io.meseta.master.view.AgentView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running cluster: ZooKeeper, one master and some agents in this process, on loopback addresses.
 *
 * <p>Any thread may call its methods; those that start or stop something block until it is done.
 * {@link #close} stops everything, ends the containers that still run, and removes the data if it
 * was put into a temporary directory.
 */
public final class MesetaCluster implements AutoCloseable {

  /** Where the master's election is, as most Mesos clients expect it. */
  private static final String ELECTION_PATH = "/mesos";

  private final Path data;
  private final boolean temporaryData;
  private final MasterOptions masterOptions;
  private final List<ClusterAgent> agents = new ArrayList<>();
  private @Nullable EmbeddedZooKeeper zooKeeper;
  private @Nullable Master master;

  private MesetaCluster(Path data, boolean temporaryData, MasterOptions masterOptions) {
    this.data = data;
    this.temporaryData = temporaryData;
    this.masterOptions = masterOptions;
  }

  /**
   * Begins to describe a cluster; without further words it has one agent and scripted containers.
   */
  public static MesetaClusterBuilder builder() {
    return new MesetaClusterBuilder();
  }

  static MesetaCluster start(MesetaClusterBuilder builder) throws IOException {
    boolean temporary = builder.dataDirectory == null;
    Path data =
        builder.dataDirectory == null
            ? Files.createTempDirectory("meseta-cluster-")
            : Files.createDirectories(builder.dataDirectory);
    MesetaCluster cluster = new MesetaCluster(data, temporary, builder.master);
    try {
      cluster.startAll(builder);
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void startAll(MesetaClusterBuilder builder) throws IOException {
    EmbeddedZooKeeper server =
        EmbeddedZooKeeper.startDurable(data.resolve("zookeeper"), builder.zooKeeperPort);
    zooKeeper = server;
    masterOptions.zk(server.url(ELECTION_PATH).toString());
    master = Master.start(masterOptions);
    for (int i = 0; i < builder.agents; i++) {
      ClusterAgent agent = builder.agent(i, zk(), data.resolve("agent-" + (i + 1)));
      agents.add(agent);
      agent.start();
    }
  }

  /** Where frameworks and agents find the leading master: {@code zk://127.0.0.1:2181/mesos}. */
  public String zk() {
    return running(zooKeeper, "ZooKeeper").url(ELECTION_PATH).toString();
  }

  /** The ZooKeeper server. */
  public EmbeddedZooKeeper zooKeeper() {
    return running(zooKeeper, "ZooKeeper");
  }

  /** The master, while it runs. */
  public synchronized Master master() {
    return running(master, "the master");
  }

  /** Where the master listens: {@code 127.0.0.1:5050}. */
  public String masterAddress() {
    return "127.0.0.1:" + master().port();
  }

  /** An agent, counted from 0. */
  public ClusterAgent agent(int index) {
    return agents.get(index);
  }

  /** All agents, running or not. */
  public List<ClusterAgent> agents() {
    return List.copyOf(agents);
  }

  /** Where ZooKeeper's and the agents' data are. */
  public Path dataDirectory() {
    return data;
  }

  /** Stops the master and starts it again, with another run id, on the port that it had. */
  public synchronized void restartMaster() throws IOException {
    Master old = running(master, "the master");
    masterOptions.port(old.port());
    old.close();
    master = Master.start(masterOptions);
  }

  /**
   * Waits until the master leads and every agent that runs is registered.
   *
   * @throws TimeoutException when that takes longer; the message says what is missing
   * @throws IllegalStateException when an agent has ended with a failure
   */
  public void awaitReady(Duration limit) throws InterruptedException, TimeoutException {
    Waiting.until("the master leads", limit, () -> master().isLeading());
    long wanted = agents.stream().filter(ClusterAgent::isRunning).count();
    Waiting.until(
        wanted + " agents are registered",
        limit,
        () -> {
          agents.forEach(ClusterAgent::checkWell);
          return registeredAgents() >= wanted;
        });
  }

  private long registeredAgents() {
    return master().view().agents().values().stream()
        .filter(agent -> agent.standing() == AgentView.Standing.CONNECTED)
        .count();
  }

  @Override
  public void close() {
    List<AutoCloseable> parts = new ArrayList<>(agents);
    parts.add(this::closeMaster);
    parts.add(this::closeZooKeeper);
    if (temporaryData) {
      parts.add(() -> DirectoryTree.remove(data));
    }
    Closing.all(parts);
  }

  private synchronized void closeMaster() {
    Master stopped = master;
    master = null;
    if (stopped != null) {
      stopped.close();
    }
  }

  private void closeZooKeeper() {
    EmbeddedZooKeeper stopped = zooKeeper;
    zooKeeper = null;
    if (stopped != null) {
      stopped.close();
    }
  }

  private static <T> T running(@Nullable T part, String name) {
    if (part == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return part;
  }
}
