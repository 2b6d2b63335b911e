package io.meseta.cli.dev;

import io.meseta.agent.inventory.DetectedResources;
import io.meseta.agent.inventory.Machine;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.cli.daemon.Foreground;
import io.meseta.cli.engine.DockerEngine;
import io.meseta.testkit.ClusterAgent;
import io.meseta.testkit.MesetaCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meseta dev}. */
@Command(
    name = "dev",
    description = {
      "Run ZooKeeper, a master and agents in one process, on loopback addresses.",
      "Ctrl-C stops them, and every container that they still run.%n"
    },
    sortOptions = false)
public final class DevCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(DevCommand.class);

  private static final Duration READY_LIMIT = Duration.ofSeconds(30);
  private static final int MOST_AGENTS = 30;

  @Option(
      names = "--agents",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "How many agents, which share what the machine has; default ${DEFAULT-VALUE}.")
  private int agents = 1;

  @Option(
      names = "--data_dir",
      paramLabel = "DIRECTORY",
      description =
          "Where the data is kept for the next time; by default in a temporary directory that is"
              + " removed at the end.")
  private @Nullable Path dataDirectory;

  @Mixin private DevPorts ports;
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.level(common.loggingLevel());
    if (agents < 1 || agents > MOST_AGENTS) {
      throw new ParameterException(
          spec.commandLine(), "--agents is from 1 to " + MOST_AGENTS + ", not " + agents);
    }
    ports.check(agents);
    PrintWriter out = spec.commandLine().getOut();
    Optional<DockerEngine> engine = engine(out);
    MesetaCluster cluster;
    try {
      cluster = startCluster();
    } catch (Exception e) {
      close(engine);
      throw e;
    }
    introduce(cluster, out);
    return Foreground.run(
        () -> {
          out.println("Stopping ...");
          out.flush();
          stop(cluster, engine);
        },
        new CompletableFuture<>());
  }

  /** A cluster without an engine is of use too: only its tasks do not run until there is one. */
  private static Optional<DockerEngine> engine(PrintWriter out) throws InterruptedException {
    try {
      return Optional.of(
          DockerEngine.ensure(line -> {
            out.println(line);
            out.flush();
          }));
    } catch (IOException e) {
      out.println("Going on without a Docker engine: " + e.getMessage());
      return Optional.empty();
    }
  }

  private MesetaCluster startCluster() throws Exception {
    Path data = dataDirectory == null ? null : Files.createDirectories(dataDirectory);
    DetectedResources machine =
        DetectedResources.of(Machine.detect(data == null ? temporary() : data));
    var builder =
        MesetaCluster.builder()
            .agents(agents)
            .ports(ports.zooKeeper, ports.master, ports.firstAgent)
            .agentResources(new Shares(machine, agents))
            .docker(DockerEngine.host());
    if (data != null) {
      builder.dataDirectory(data.toAbsolutePath());
    }
    MesetaCluster cluster = builder.start();
    try {
      cluster.awaitReady(READY_LIMIT);
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  private void introduce(MesetaCluster cluster, PrintWriter out) {
    out.printf("%nZooKeeper  %s%n", cluster.zk());
    out.printf("master     http://%s%n", cluster.masterAddress());
    for (ClusterAgent agent : cluster.agents()) {
      out.printf("agent      http://127.0.0.1:%d%n", agent.agent().port());
    }
    out.printf(
        "data       %s%s%n",
        cluster.dataDirectory(), dataDirectory == null ? " (removed at the end)" : "");
    out.printf("image      %s, made here: no registry is needed%n", DockerEngine.IMAGE);
    out.printf("%nReady. Ctrl-C stops all of it, containers included.%n");
    out.flush();
  }

  private static void stop(MesetaCluster cluster, Optional<DockerEngine> engine) {
    cluster.close();
    close(engine);
  }

  private static void close(Optional<DockerEngine> engine) {
    engine.ifPresent(known -> {
      try {
        known.close();
      } catch (IOException e) {
        log.warn("The Docker engine could not be ended", e);
      }
    });
  }
}
