package io.meseta.testkit;

import io.meseta.agent.Agent;
import io.meseta.agent.AgentOptions;
import io.meseta.master.MasterOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Describes a cluster; see {@link MesetaCluster#builder}. Not thread-safe. */
public final class MesetaClusterBuilder {

  private static final String LOOPBACK = "127.0.0.1";
  private static final int FIRST_PORT = 31_000;
  private static final int PORTS_PER_AGENT = 1_000;

  final MasterOptions master = new MasterOptions().ip(LOOPBACK).port(0);
  int agents = 1;
  int zooKeeperPort;
  @Nullable Path dataDirectory;
  private int firstAgentPort;
  private @Nullable URI dockerHost;
  private boolean processes;
  private IntFunction<String> resources =
      index -> "cpus:4;mem:4096;disk:10000;" + portsOfAgent(index);
  private ObjIntConsumer<AgentOptions> agentChange = (options, index) -> {};

  MesetaClusterBuilder() {}

  /** How many agents; 1 by default. */
  public MesetaClusterBuilder agents(int count) {
    agents = count;
    return this;
  }

  /**
   * What each agent offers, as its option {@code --resources}; by default {@code
   * cpus:4;mem:4096;disk:10000} and a thousand ports of its own, whatever the machine has.
   *
   * @param byIndex is given the agent's number, counted from 0
   */
  public MesetaClusterBuilder agentResources(IntFunction<String> byIndex) {
    resources = byIndex;
    return this;
  }

  /** Fixed ports; free ones are taken by default. The agents' are consecutive. */
  public MesetaClusterBuilder ports(int zooKeeper, int masterPort, int firstAgent) {
    zooKeeperPort = zooKeeper;
    master.port(masterPort);
    firstAgentPort = firstAgent;
    return this;
  }

  /** Keeps the data here; by default it is in a temporary directory and removed at the end. */
  public MesetaClusterBuilder dataDirectory(Path directory) {
    dataDirectory = directory;
    return this;
  }

  /**
   * Runs real containers, and tasks without an image as processes of this machine; without this and
   * {@link #processes} all are {@linkplain ScriptedContainers scripted}.
   *
   * @param host where the engine listens, such as {@code unix:///var/run/docker.sock}
   */
  public MesetaClusterBuilder docker(URI host) {
    dockerHost = host;
    return this;
  }

  /** Runs tasks without an image as processes of this machine; no Docker engine is needed. */
  public MesetaClusterBuilder processes() {
    processes = true;
    return this;
  }

  /** Changes the master's options, such as its timeouts. */
  public MesetaClusterBuilder masterOptions(Consumer<MasterOptions> change) {
    change.accept(master);
    return this;
  }

  /**
   * Changes the options of each agent before it is started.
   *
   * @param change is given the options and the agent's number, counted from 0; replaces an earlier
   *     one
   */
  public MesetaClusterBuilder agentOptions(ObjIntConsumer<AgentOptions> change) {
    agentChange = change;
    return this;
  }

  /** Ports that agents of one machine can offer without getting in each other's way. */
  public static String portsOfAgent(int index) {
    int first = FIRST_PORT + index * PORTS_PER_AGENT;
    return "ports:[" + first + "-" + (first + PORTS_PER_AGENT - 1) + "]";
  }

  /**
   * Starts it all; {@link MesetaCluster#awaitReady} waits until it is of use.
   *
   * @throws IOException when a port is taken or a directory cannot be used; nothing runs then
   */
  public MesetaCluster start() throws IOException {
    return MesetaCluster.start(this);
  }

  ClusterAgent agent(int index, String zk, Path workDirectory) {
    AgentOptions options =
        new AgentOptions()
            .master(zk)
            .ip(LOOPBACK)
            .port(firstAgentPort == 0 ? 0 : firstAgentPort + index)
            .workDir(workDirectory)
            .resources(resources.apply(index));
    agentChange.accept(options, index);
    if (dockerHost != null) {
      options.dockerHost(dockerHost);
    } else if (processes) {
      options.containerizers("process");
    } else {
      return ClusterAgent.scripted(options);
    }
    return ClusterAgent.real(options, Agent::containerizers);
  }
}
