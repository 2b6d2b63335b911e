package io.meseta.cli.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.explain.ExplainCommand;
import io.meseta.cli.simulate.SimulateCommand;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.Tasks;
import io.meseta.testkit.MesetaCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master with an agent and a task, asked why, and asked what if. */
@Timeout(120)
class LiveClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private static Path directory;
  private static MesetaCluster cluster;
  private static OneTask framework;

  @BeforeAll
  static void start() throws Exception {
    cluster = MesetaCluster.builder().start();
    cluster.awaitReady(LIMIT);
    framework = new OneTask(cluster);
    assertThat(framework.running.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @AfterAll
  static void stop() {
    framework.driver.close();
    cluster.close();
  }

  private static Program explain(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    all[0] = "--master";
    all[1] = cluster.masterAddress();
    return Program.run(out -> new ExplainCommand(), all);
  }

  @Test
  void aStateOfARealMasterCanBeAskedWhatIf() throws Exception {
    Path file = directory.resolve("state.json");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + cluster.masterAddress() + "/state"))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofFile(file)).statusCode())
          .isEqualTo(200);
    }

    Snapshot snapshot = StateFile.read(file);
    assertThat(snapshot.agents()).hasSize(1);
    assertThat(snapshot.agents().get(0).used().cpusMilli()).isEqualTo(1_000);
    assertThat(snapshot.frameworks()).hasSize(1);
    assertThat(snapshot.agents().get(0).inUse().get(0).role())
        .isEqualTo(snapshot.frameworks().get(0).facts().roles().first());

    Program program =
        Program.run(
            SimulateCommand::new, "--from", file.toString(), "--add-agents", "2:cpus:3;mem:512");
    assertThat(program.exitCode()).as("%s", program).isZero();
    assertThat(program.out())
        .contains("1 agents with [cpus:4;disk:10000;mem:4096]; with the changes 3 with [cpus:10;")
        .containsPattern("one-task \\S+ +\\S+ +25\\.0% +10\\.0% +1 +3 +cpus:9;");
  }

  @Test
  void theMasterSaysWhyAFrameworkIsNotOfferedMore() {
    Program program = explain("--framework", "one-task", "--resources", "cpus:4;mem:10");

    assertThat(program.exitCode()).as("%s", program).isZero();
    assertThat(program.out())
        .contains("framework " + framework.id)
        .contains("[cpus:4;mem:10] is wanted: 1 agent has enough mem, none of them enough cpus")
        .contains("1 agent has that much when nothing runs there")
        .contains("the framework has refused [cpus:3;")
        .contains("waits for an offer since");
  }

  @Test
  void aRoleIsExplainedWithItsFrameworks() {
    Program program = explain("--role", "*", "--limit", "0");

    assertThat(program.exitCode()).as("%s", program).isZero();
    assertThat(program.out())
        .contains("role '*' has 25.00% of all cpus", "and 1 agents more")
        .doesNotContain("has refused");
  }

  @Test
  void whatCannotBeAnsweredIsRefusedWithTheReason() {
    assertThat(explain("--framework", "nobody").err()).contains("404: There is no framework");
    assertThat(explain("--framework", "one-task", "--resources", "cpus:x").err())
        .contains("400: resources is an amount");
    assertThat(explain("--framework", "one-task", "--limit", "5000").err())
        .contains("400: limit is a number up to 1000");
    assertThat(explain().exitCode()).isEqualTo(2);
    assertThat(
            Program.run(out -> new ExplainCommand(), "--role", "*", "--master", "127.0.0.1:1")
                .err())
        .contains("does a daemon listen there?");
  }

  /** Launches one task and refuses the rest for long. */
  private static final class OneTask implements Scheduler {

    final CountDownLatch running = new CountDownLatch(1);
    final SchedulerDriver driver;
    volatile String id = "";
    private boolean launched;

    OneTask(MesetaCluster cluster) {
      driver =
          SchedulerDriver.builder(
                  Frameworks.surviving("one-task", Duration.ofMinutes(1)).build(), this)
              .master(cluster.zk())
              .build()
              .start();
    }

    @Override
    public void subscribed(SchedulerDriver with, FrameworkID frameworkId, MasterInfo master) {
      id = frameworkId.getValue();
    }

    @Override
    public void error(SchedulerDriver with, String message) {
      throw new AssertionError(message);
    }

    @Override
    public void offers(SchedulerDriver with, List<Offer> offers) {
      for (Offer offer : offers) {
        OfferBudget budget = OfferBudget.of(offer);
        if (!launched) {
          launched = true;
          budget.add(Tasks.docker("scripted").name("t").id("t").command("-").cpus(1).memoryMiB(64));
        }
        with.accept(
            budget.offerIds(),
            List.of(
                Offer.Operation.newBuilder()
                    .setType(Offer.Operation.Type.LAUNCH)
                    .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(budget.tasks()))
                    .build()),
            Filters.newBuilder().setRefuseSeconds(3600).build());
      }
    }

    @Override
    public void statusUpdate(SchedulerDriver with, TaskStatus status) {
      if (status.getState() == TaskState.TASK_RUNNING) {
        running.countDown();
      }
    }
  }
}
