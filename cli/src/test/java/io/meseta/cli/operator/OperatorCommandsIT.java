package io.meseta.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.cli.Programs;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.AgentView.Standing;
import io.meseta.testkit.MesetaCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators do from a shell, with a real master and agent. */
@Timeout(180)
class OperatorCommandsIT {

  @TempDir private Path directory;
  private MesetaCluster cluster;
  private String agent;

  @BeforeEach
  void start() throws Exception {
    cluster = MesetaCluster.builder().dataDirectory(directory.resolve("data")).start();
    cluster.awaitReady(Duration.ofSeconds(60));
    agent = view().info().getId().getValue();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private AgentView view() {
    return cluster.master().view().agents().values().iterator().next();
  }

  /** Runs a command that succeeds; the answer is what it prints. */
  private String run(String... words) {
    Programs.Result result = result(words);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private Programs.Result result(String... words) {
    String[] all = new String[words.length + 1];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--master=" + cluster.masterAddress();
    return Programs.run(all);
  }

  @Test
  void anAgentIsKeptOutOfOffersDrainedAndGivenUp() throws Exception {
    assertThat(run("agents", "list")).contains(agent).contains("active");

    run("agents", "deactivate", agent);
    assertThat(view().deactivated()).isTrue();
    assertThat(run("agents", "list")).contains("deactivated");
    run("agents", "reactivate", agent);
    assertThat(view().deactivated()).isFalse();

    run("agents", "drain", agent, "--max_grace_period", "5secs");
    assertThat(
            view().draining().orElseThrow().info().getConfig().getMaxGracePeriod().getNanoseconds())
        .isEqualTo(5_000_000_000L);
    await(() -> run("agents", "list").contains("drained"));

    run("agents", "gone", agent);
    await(() -> cluster.master().view().totals().agents(Standing.GONE) == 1);
  }

  @Test
  void weightsAndQuotasAreSetAndListed() {
    run("weights", "set", "web=2.5", "batch=0.5");
    assertThat(run("weights", "list").lines())
        .containsExactly("ROLE   WEIGHT", "batch  0.5", "web    2.5");

    run("quota", "set", "web", "--guarantee", "cpus:0.5;mem:16", "--limit", "cpus:1");
    assertThat(run("quota", "list").lines().skip(1))
        .containsExactly("web   cpus:0.5;mem:16  cpus:1");
    run("quota", "set", "web");
    assertThat(run("quota", "list").lines()).hasSize(1);

    Programs.Result unlikely = result("quota", "set", "web", "--guarantee", "cpus:100000");
    assertThat(unlikely.code()).isEqualTo(1);
    assertThat(unlikely.err()).contains("answers 400");
    assertThat(result("quota", "set", "web", "--limit", "ports:[1-2]").err())
        .contains("--limit takes numbers");
    assertThat(result("weights", "set", "web=x").code()).isEqualTo(2);
  }

  @Test
  void resourcesAreReservedAndGivenBack() throws Exception {
    run("resources", "reserve", agent, "cpus:1", "--role", "db", "--principal", "ops");
    await(() -> view().total().reserved("db").cpusMilli() == 1_000);

    assertThat(result("resources", "unreserve", agent, "cpus:2", "--role", "db").code())
        .isEqualTo(1);
    run("resources", "unreserve", agent, "cpus:1", "--role", "db", "--principal", "ops");
    await(() -> view().total().reserved("db").isEmpty());
  }

  @Test
  void aMachineIsPlannedTakenDownAndBroughtUp() throws Exception {
    String machine = view().info().getHostname();
    Path file =
        Files.writeString(
            directory.resolve("schedule.json"),
            "{\"windows\":[{\"machine_ids\":[{\"hostname\":\"%s\"}],\"unavailability\":{\"start\":{\"nanoseconds\":1900000000000000000}}}]}"
                .formatted(machine));

    run("maintenance", "plan", file.toString());
    assertThat(run("maintenance", "show")).contains(machine).contains("draining").contains("ever");

    run("maintenance", "down", machine);
    assertThat(run("maintenance", "show")).contains("down");
    run("maintenance", "up", machine);
    assertThat(run("maintenance", "show").lines()).hasSize(1);
    assertThat(result("maintenance", "up", machine).code()).isEqualTo(1);
    assertThat(result("maintenance", "plan", "/nowhere").code()).isEqualTo(1);
  }

  @Test
  void whoSaysNothingOfWhatToDoIsToldWhatThereIs() {
    for (String group : new String[] {"agents", "maintenance", "quota", "weights", "resources"}) {
      Programs.Result result = Programs.run(group);
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.err()).contains("Say ");
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
