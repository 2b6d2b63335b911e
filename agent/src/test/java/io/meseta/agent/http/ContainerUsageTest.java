package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.agent.core.AgentView;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.ResourceStatistics;
import io.meseta.api.v1.TaskState;
import io.meseta.common.pages.PageJson;
import io.meseta.common.testing.Shape;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainerUsageTest {

  /** A limit that the kernel enforces, where that Mesos only had weights. */
  private static final Set<String> WEIGHTS =
      Set.of("[]/statistics/cpus_soft_limit", "[]/statistics/mem_soft_limit_bytes");

  private final List<Integer> measured = new ArrayList<>();

  private ContainerUsage usage(AgentView view) {
    return new ContainerUsage(
        () -> view,
        pid -> {
          measured.add(pid);
          return Optional.of(
              ResourceStatistics.newBuilder()
                  .setTimestamp(1795327052.5)
                  .setCpusUserTimeSecs(0.09)
                  .setCpusSystemTimeSecs(0.02)
                  .setMemRssBytes(119463936)
                  .build());
        },
        InstantSource.fixed(ShownAgent.START));
  }

  private static AgentView running() {
    return new ShownAgent()
        .framework("f1")
        .task("f1", "t1", TaskState.TASK_RUNNING)
        .task("f1", "t2", TaskState.TASK_STARTING)
        .task("f1", "t3", TaskState.TASK_FINISHED)
        .view();
  }

  /** Each of its tasks has a container, and together they are one executor. */
  @Test
  void aGroupIsOneExecutorThatUsesWhatItsTasksUse() {
    ExecutorInfo group =
        ExecutorInfo.newBuilder()
            .setType(ExecutorInfo.Type.DEFAULT)
            .setExecutorId(ExecutorID.newBuilder().setValue("g"))
            .build();
    AgentView view =
        new ShownAgent()
            .framework("f1")
            .task("f1", "t1", TaskState.TASK_RUNNING, group)
            .task("f1", "t2", TaskState.TASK_RUNNING, group)
            .view();

    List<ContainerUsage.Usage> all = usage(view).now();

    assertThat(all).hasSize(1);
    assertThat(all.get(0).executor().id().value()).isEqualTo("g");
    assertThat(all.get(0).executor().tasks()).hasSize(2);
    assertThat(all.get(0).statistics().getCpusUserTimeSecs()).isEqualTo(0.18);
    assertThat(all.get(0).statistics().getMemRssBytes()).isEqualTo(2 * 119463936L);
    assertThat(all.get(0).statistics().getCpusLimit()).isEqualTo(0.4);
    assertThat(all.get(0).statistics().getTimestamp())
        .isEqualTo(PageJson.seconds(ShownAgent.START));
  }

  @Test
  void thePagesHaveEverythingThatMesosHas() {
    ContainerUsage usage = usage(running());

    JsonNode statistics = ShownAgent.parse(ContainersJson.statistics(usage.now()));
    JsonNode containers = ShownAgent.parse(ContainersJson.containers(usage.now()));

    assertThat(Shape.missing(ShownAgent.sample("monitor-statistics.json"), statistics, WEIGHTS))
        .isEmpty();
    assertThat(Shape.missing(ShownAgent.sample("containers.json"), containers, WEIGHTS)).isEmpty();
  }

  @Test
  void onlyWhatRunsIsMeasured() {
    JsonNode page = ShownAgent.parse(ContainersJson.statistics(usage(running()).now()));

    assertThat(page).hasSize(1);
    assertThat(page.at("/0/executor_id").asText()).isEqualTo("t1");
    assertThat(page.at("/0/source").asText()).isEqualTo("t1");
    assertThat(measured).containsExactly(4711);
  }

  @Test
  void whoAskTogetherShareOneMeasurement() {
    ContainerUsage usage = usage(running());

    assertThat(usage.now()).isSameAs(usage.now());

    assertThat(measured).hasSize(1);
  }

  @Test
  void whereNothingCanBeMeasuredTheLimitsAreSaid() {
    ContainerUsage usage =
        new ContainerUsage(
            ContainerUsageTest::running,
            pid -> Optional.empty(),
            InstantSource.fixed(ShownAgent.START));

    ResourceStatistics statistics = usage.now().get(0).statistics();

    assertThat(statistics.getTimestamp()).isEqualTo((double) ShownAgent.START.getEpochSecond());
    assertThat(statistics.getCpusLimit()).isEqualTo(0.2);
    assertThat(statistics.getMemLimitBytes()).isEqualTo(64L << 20);
    assertThat(statistics.hasMemRssBytes()).isFalse();
  }
}
