package io.meseta.cli.demo;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.cli.demo.cgroup.CgroupReader;
import io.meseta.scheduler.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the demo shows, in order. */
final class DemoSteps {

  private static final Duration OFFERS_LIMIT = Duration.ofSeconds(15);
  private static final Duration LAUNCH_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  private final Demo demo;
  private final CgroupReader cgroups = new CgroupReader(Path.of("/"));

  DemoSteps(Demo demo) {
    this.demo = demo;
  }

  List<Step> all() {
    return List.of(
        new Step(
            "A Docker engine answers, and an image was made without a registry",
            demo::ensureEngine),
        new Step("ZooKeeper elects a master, and two agents register with it", demo::startCluster),
        new Step("A framework subscribes and is offered what both agents have", this::offers),
        new Step("It launches containers on them, and they run", this::launch),
        new Step("The kernel limits each container to what was asked for", this::limits),
        new Step("A busy loop gets its half CPU and no more", this::busyLoop),
        new Step(
            "A task that takes more memory than granted is killed, and reported so",
            this::outOfMemory),
        new Step("A task that ends well is reported finished", this::finished),
        new Step("The framework kills what still runs, and is told of each end", this::kill),
        new Step("Everything that was started is gone", this::gone));
  }

  private String offers() throws Exception {
    demo.startFramework();
    Board.View view =
        demo.board()
            .await(
                "An offer of each agent", now -> now.offered().size() == Demo.AGENTS, OFFERS_LIMIT);
    return String.join(System.lineSeparator(), view.offered().values());
  }

  private String launch() throws Exception {
    Board.View view =
        demo.board()
            .await(
                "The start of every container",
                now -> now.rows().stream().allMatch(row -> row.running() || row.ended()),
                LAUNCH_LIMIT);
    for (Board.Row row : view.rows()) {
      boolean mayHaveEnded = row.task().fate() != DemoTask.Fate.RUNS;
      if (!row.running() && !mayHaveEnded) {
        throw new DoesNotHoldException(explain(row));
      }
      if (row.pid() > 0) {
        demo.sawProcess(row.pid());
      }
    }
    return "";
  }

  private String limits() throws Exception {
    LimitsReport report = new LimitsReport();
    for (Board.Row row : demo.board().view().rows()) {
      if (row.task().fate() == DemoTask.Fate.RUNS) {
        if (row.pid() == 0) {
          throw new DoesNotHoldException(
              "The agent did not tell the process of task " + row.task().name() + ".");
        }
        report.add(row.task(), cgroups.of(row.pid()));
      }
    }
    return report.text();
  }

  private String busyLoop() throws Exception {
    Board.Row row = demo.board().view().row(DemoTask.BUSY);
    return new CpuMeasurement(cgroups.of(row.pid()), DemoTask.BUSY.milliCpus()).text();
  }

  private String outOfMemory() throws Exception {
    Board.Row row = ended(DemoTask.GREEDY);
    var status = row.status().orElseThrow();
    if (status.getState() != TaskState.TASK_FAILED
        || status.getReason() != Reason.REASON_CONTAINER_LIMITATION_MEMORY) {
      throw new DoesNotHoldException(explain(row));
    }
    return "%s was granted %d MiB: %s, %s"
            .formatted(
                row.task().name(), row.task().memoryMiB(), status.getState(), status.getReason())
        + (status.getMessage().isEmpty() ? "" : System.lineSeparator() + status.getMessage());
  }

  private String finished() throws Exception {
    for (DemoTask task : DemoTask.all()) {
      if (task.fate() == DemoTask.Fate.FINISHES) {
        Board.Row row = ended(task);
        if (row.status().orElseThrow().getState() != TaskState.TASK_FINISHED) {
          throw new DoesNotHoldException(explain(row));
        }
      }
    }
    return "";
  }

  private String kill() throws Exception {
    List<Board.Row> running =
        demo.board().view().rows().stream().filter(row -> !row.ended()).toList();
    running.forEach(row -> demo.driver().kill(Tasks.id(row.task().name())));
    for (Board.Row row : running) {
      Board.Row end = ended(row.task());
      if (end.status().orElseThrow().getState() != TaskState.TASK_KILLED) {
        throw new DoesNotHoldException(explain(end));
      }
    }
    return running.size() + " tasks killed";
  }

  private String gone() throws Exception {
    demo.driver().teardown().toCompletableFuture().get(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
    demo.stopCluster();
    List<Long> left =
        demo.seenProcesses().stream()
            .filter(pid -> Files.exists(Path.of("/proc", pid.toString())))
            .toList();
    if (!left.isEmpty()) {
      throw new DoesNotHoldException("Processes of containers are still there: " + left);
    }
    return "no process of a container is left, master, agents and ZooKeeper are stopped";
  }

  private Board.Row ended(DemoTask task) throws Exception {
    return demo.board()
        .await("The end of task " + task.name(), now -> now.row(task).ended(), END_LIMIT)
        .row(task);
  }

  private static String explain(Board.Row row) {
    return "Task %s is %s%s"
        .formatted(
            row.task().name(),
            row.state(),
            row.status()
                .map(status -> " (" + status.getReason() + "): " + status.getMessage())
                .orElse(""));
  }
}
