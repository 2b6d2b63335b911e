package io.meseta.cli.explain;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.client.ClientOptions;
import io.meseta.cli.client.DaemonClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meseta explain}. */
@Command(
    name = "explain",
    description = {
      "Ask the master why a framework, or the frameworks of a role, are not offered more: how long"
          + " they wait, who comes before them, which agents have what is wanted, and for each agent"
          + " all reasons against it.%n"
    },
    footer = {
      "",
      "  ./meseta explain --master 127.0.0.1:5050 --framework marathon",
      "  ./meseta explain --framework marathon --resources 'cpus:4;mem:8192'",
      "  ./meseta explain --role eng/web --limit 5"
    },
    sortOptions = false)
public final class ExplainCommand implements Callable<Integer> {

  @Option(
      names = "--master",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5050",
      description =
          "A master, or https://HOST:PORT; one that does not lead knows who does. Default"
              + " ${DEFAULT-VALUE}.")
  private String master = "127.0.0.1:5050";

  @Option(
      names = "--framework",
      paramLabel = "ID",
      description = "The framework, by its id, or by its name if no other has that.")
  private @Nullable String framework;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "The role: only this one of the framework; without one, the role itself.")
  private @Nullable String role;

  @Option(
      names = "--resources",
      paramLabel = "AMOUNTS",
      description = "What one task needs, such as cpus:4;mem:8192, to be told who has that.")
  private @Nullable String resources;

  @Option(names = "--agent", paramLabel = "ID", description = "Only this agent.")
  private @Nullable String agent;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "20",
      description =
          "List so many agents, those with the fewest reasons first; at most 1000, default 20. All"
              + " are counted.")
  private int limit = 20;

  @Mixin private ClientOptions client;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (framework == null && role == null) {
      throw new ParameterException(spec.commandLine(), "Give --framework or --role, or both");
    }
    PrintWriter out = spec.commandLine().getOut();
    ExplainText.of(ask()).forEach(out::println);
    out.flush();
    return 0;
  }

  private JsonNode ask() throws IOException, InterruptedException {
    StringBuilder query = new StringBuilder("limit=" + limit);
    add(query, "framework", framework);
    add(query, "role", role);
    add(query, "resources", resources);
    add(query, "agent", agent);
    try (DaemonClient http = client.open()) {
      return http.get(http.address("--master", master).resolve("/explain?" + query));
    }
  }

  private static void add(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query.append('&').append(name).append('=');
      query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
