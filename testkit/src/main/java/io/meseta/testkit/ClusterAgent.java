package io.meseta.testkit;

import io.meseta.agent.Agent;
import io.meseta.agent.AgentOptions;
import io.meseta.agent.ContainerizerFactory;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.journal.JournalException;
import io.meseta.common.ids.AgentId;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent of a {@link MesetaCluster}, which can be stopped and started again: its port, its
 * journal and its containers stay, as when the process of an agent is restarted.
 */
public final class ClusterAgent implements AutoCloseable {

  private final AgentOptions options;
  private final ContainerizerFactory containerizers;
  private final Optional<ScriptedContainers> scripted;
  private @Nullable Agent agent;
  private @Nullable AgentId lastId;

  private ClusterAgent(
      AgentOptions options,
      ContainerizerFactory containerizers,
      Optional<ScriptedContainers> scripted) {
    this.options = options;
    this.containerizers = containerizers;
    this.scripted = scripted;
  }

  static ClusterAgent scripted(AgentOptions options) {
    ScriptedContainers containers = new ScriptedContainers();
    return new ClusterAgent(options, (o, fetcher) -> containers.open(), Optional.of(containers));
  }

  static ClusterAgent real(AgentOptions options, ContainerizerFactory containerizers) {
    return new ClusterAgent(options, containerizers, Optional.empty());
  }

  /**
   * Starts it, if it does not run.
   *
   * @throws IOException when its port is taken, or its directory or journal cannot be used
   */
  public synchronized void start() throws IOException {
    if (agent == null) {
      agent = launch();
    }
  }

  private Agent launch() throws IOException {
    try {
      Agent started = Agent.start(options, containerizers);
      options.port(started.port());
      return started;
    } catch (JournalException e) {
      throw new IOException("The agent's journal cannot be used: " + e.getMessage(), e);
    }
  }

  /** Stops it, if it runs; its containers go on. */
  public synchronized void stop() {
    Agent stopped = agent;
    agent = null;
    if (stopped != null) {
      id(stopped).ifPresent(known -> lastId = known);
      stopped.close();
    }
  }

  public synchronized boolean isRunning() {
    return agent != null;
  }

  /** The agent, while it runs. */
  public synchronized Agent agent() {
    if (agent == null) {
      throw new IllegalStateException("the agent does not run");
    }
    return agent;
  }

  /** Throws when it runs no more although nobody stopped it. */
  synchronized void checkWell() {
    if (agent != null && agent.failure().isDone()) {
      throw new IllegalStateException("an agent has ended: " + agent.failure().join());
    }
  }

  /** Its containers, in a cluster that is not told to use Docker. */
  public ScriptedContainers containers() {
    return scripted.orElseThrow(
        () -> new IllegalStateException("the containers of this cluster are real"));
  }

  /** Stops it and ends all its containers. */
  @Override
  public synchronized void close() {
    stop();
    AgentId known = lastId;
    if (known != null) {
      ContainerSweep.endAll(containerizers.make(options, Fetcher.refusing()), known);
    }
    scripted.ifPresent(ScriptedContainers::close);
  }

  private static Optional<AgentId> id(Agent agent) {
    return agent.view().agent().hasId()
        ? Optional.of(AgentId.of(agent.view().agent().getId()))
        : Optional.empty();
  }
}
