package io.meseta.cli.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The ports of a dev cluster; 0 takes any free one. */
final class DevPorts {

  @Option(
      names = "--zk_port",
      paramLabel = "PORT",
      defaultValue = "2181",
      description = "ZooKeeper's port; default ${DEFAULT-VALUE}.")
  int zooKeeper = 2181;

  @Option(
      names = "--master_port",
      paramLabel = "PORT",
      defaultValue = "5050",
      description = "The master's port; default ${DEFAULT-VALUE}.")
  int master = 5050;

  @Option(
      names = "--agent_port",
      paramLabel = "PORT",
      defaultValue = "5051",
      description =
          "The first agent's port; the others have the next ones; default ${DEFAULT-VALUE}.")
  int firstAgent = 5051;

  /**
   * Makes sure that all are free.
   *
   * @throws IOException naming each that is not, and the option that changes it
   */
  void check(int agents) throws IOException {
    List<String> taken = new ArrayList<>();
    check(taken, zooKeeper, "ZooKeeper", "--zk_port");
    check(taken, master, "the master", "--master_port");
    for (int i = 0; i < agents; i++) {
      int port = firstAgent == 0 ? 0 : firstAgent + i;
      check(taken, port, agents == 1 ? "the agent" : "agent " + (i + 1), "--agent_port");
    }
    if (!taken.isEmpty()) {
      throw new IOException(
          String.join(System.lineSeparator(), taken)
              + System.lineSeparator()
              + "Stop what listens there (ss -ltnp shows it), or choose other ports.");
    }
  }

  private static void check(List<String> taken, int port, String what, String option) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      taken.add(
          "port %d, for %s, is taken (%s); another is chosen with %s"
              .formatted(port, what, e.getMessage(), option));
    }
  }
}
