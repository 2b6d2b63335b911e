package io.meseta.agent;

import io.meseta.agent.container.Containerizer;
import io.meseta.agent.fetch.Fetcher;

/** How an agent comes to what runs its containers. */
@FunctionalInterface
public interface ContainerizerFactory {

  /**
   * Makes it; nothing is started.
   *
   * @param fetcher brings what tasks name by URI into their sandboxes
   * @throws IllegalArgumentException if an option is wrong
   */
  Containerizer make(AgentOptions options, Fetcher fetcher);
}
