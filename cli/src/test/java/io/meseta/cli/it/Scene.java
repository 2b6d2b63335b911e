package io.meseta.cli.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A cluster, a framework on it, and what the engine says was started: where a test lets processes
 * die.
 */
record Scene(ContainerStarts starts, Cluster cluster, Recorder framework) implements AutoCloseable {

  /**
   * Returns when the framework is subscribed.
   *
   * @param test names its logs
   * @param data for the agents' work directories
   */
  static Scene open(String test, Path data, int masters, int agents) throws Exception {
    return open(test, data, masters, agents, Cluster.Options.DEFAULTS);
  }

  /** As {@link #open(String, Path, int, int)}, with one master and one agent and these options. */
  static Scene open(String test, Path data, Cluster.Options options) throws Exception {
    return open(test, data, 1, 1, options);
  }

  private static Scene open(
      String test, Path data, int masters, int agents, Cluster.Options options) throws Exception {
    Docker.ensure();
    ContainerStarts starts = ContainerStarts.follow(test);
    Cluster cluster = null;
    try {
      cluster = Cluster.start(test, data, masters, agents, options);
      return new Scene(starts, cluster, Recorder.connect(cluster.zk()));
    } catch (Exception | AssertionError e) {
      if (cluster != null) {
        cluster.close();
      }
      starts.close();
      throw e;
    }
  }

  /** What the ids of a test's tasks begin with: other runs use the same engine. */
  static String newPrefix() {
    return UUID.randomUUID().toString().substring(0, 8) + "-";
  }

  @Override
  public void close() throws IOException {
    try {
      framework.close();
    } finally {
      try {
        cluster.close();
      } finally {
        starts.close();
      }
    }
  }
}
