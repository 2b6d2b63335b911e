package io.meseta.cli.exec;

import io.meseta.cli.client.DaemonClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a task is looked for. */
final class WhereOptions {

  @Option(
      names = "--master",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5050",
      description =
          "A master, or https://HOST:PORT; one that does not lead knows who does. Default"
              + " ${DEFAULT-VALUE}.")
  private String master = "127.0.0.1:5050";

  @Option(
      names = "--agent",
      paramLabel = "HOST:PORT",
      description = "The agent on which the task is; no master is asked then.")
  private @Nullable String agent;

  /** Finds a task. */
  TaskFinder.Place find(DaemonClient http, String id, TaskFinder.Wanted wanted)
      throws IOException, InterruptedException {
    TaskFinder finder = new TaskFinder(http);
    return agent == null
        ? finder.throughMaster(http.address("--master", master), id, wanted)
        : finder.onAgent(http.address("--agent", agent), id, wanted);
  }
}
