package io.meseta.cli.demo;

import io.meseta.cli.console.Display;
import io.meseta.cli.engine.DockerEngine;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.testkit.MesetaCluster;
import io.meseta.testkit.MesetaClusterBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a running demo, in the order in which they are made; closing takes them down again.
 * Only the demo's main thread uses it, and at the end the thread that closes it.
 */
final class Demo implements AutoCloseable {

  static final int AGENTS = 2;

  private static final Duration READY_LIMIT = Duration.ofSeconds(30);

  private final Display display;
  private final Path data;
  private final List<Long> pids = new ArrayList<>();
  private final Board board;
  private @Nullable DockerEngine engine;
  private @Nullable MesetaCluster cluster;
  private @Nullable SchedulerDriver driver;

  Demo(Display display, Path data) {
    this.display = display;
    this.data = data;
    this.board = new Board(DemoTask.all(), new BoardPrinter(display)::changed);
  }

  String ensureEngine() throws Exception {
    DockerEngine found = DockerEngine.ensure(line -> display.line("      " + line));
    engine = found;
    return found.startedHere() ? "It runs only for this demo and is ended with it." : "";
  }

  String startCluster() throws Exception {
    MesetaCluster started =
        MesetaCluster.builder()
            .agents(AGENTS)
            .agentResources(
                index -> "cpus:3;mem:1024;disk:1024;" + MesetaClusterBuilder.portsOfAgent(index))
            .agentOptions((options, index) -> options.hostname("agent-" + (index + 1)))
            .dataDirectory(data)
            .docker(DockerEngine.host())
            .start();
    cluster = started;
    started.awaitReady(READY_LIMIT);
    return "%s, master at %s, agents at ports %d and %d"
        .formatted(
            started.zk(),
            started.masterAddress(),
            started.agent(0).agent().port(),
            started.agent(1).agent().port());
  }

  void startFramework() {
    MesetaCluster running = cluster;
    if (running == null) {
      throw new IllegalStateException("the cluster comes before the framework");
    }
    driver =
        SchedulerDriver.builder(
                Frameworks.named("demo").build(), new DemoFramework(DemoTask.all(), board))
            .master(running.zk())
            .build()
            .start();
  }

  SchedulerDriver driver() {
    SchedulerDriver running = driver;
    if (running == null) {
      throw new IllegalStateException("the framework has not been started");
    }
    return running;
  }

  Board board() {
    return board;
  }

  /** Remembers a container's process, to see that it is gone in the end. */
  void sawProcess(long pid) {
    pids.add(pid);
  }

  List<Long> seenProcesses() {
    return List.copyOf(pids);
  }

  /** Ends framework and cluster; the engine stays until the end of the demo. */
  void stopCluster() {
    SchedulerDriver running = driver;
    driver = null;
    if (running != null) {
      running.close();
    }
    MesetaCluster old = cluster;
    cluster = null;
    if (old != null) {
      old.close();
    }
  }

  @Override
  public void close() throws IOException {
    stopCluster();
    DockerEngine running = engine;
    engine = null;
    if (running != null) {
      running.close();
    }
  }
}
