package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.core.AgentView;
import io.meseta.api.v1.AgentInfo;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentFiguresTest {

  /** Kept by other parts of an agent, or of what only Mesos's own library does. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "slave/executor_directory_max_allowed_age_secs",
          "slave/invalid_framework_messages",
          "slave/invalid_status_updates",
          "slave/valid_framework_messages",
          "slave/recovery_time_secs");

  private final Metrics metrics = new Metrics();
  private final AgentView view =
      new AgentCore(
              AgentSettings.defaults(
                  AgentInfo.newBuilder()
                      .setHostname("h")
                      .addAllResources(
                          Resources.of("cpus:4;mem:1000;disk:5;gpus:2")
                              .toProto(ReservationFormat.REFINED))
                      .build(),
                  "1.0"))
          .view();
  private final AgentFigures figures =
      new AgentFigures(() -> view, () -> Duration.ofMillis(1500), metrics);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void theyHaveTheNamesThatMesosGivesThem() throws Exception {
    Set<String> expected = new TreeSet<>();
    try (InputStream in = getClass().getResourceAsStream("/mesos/agent-metrics.json")) {
      var sample = new ObjectMapper().readTree(Objects.requireNonNull(in));
      for (Iterator<String> names = sample.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (name.startsWith("slave/") || name.startsWith("system/")) {
          expected.add(name);
        }
      }
    }
    expected.removeAll(OF_OTHERS);

    assertThat(expected).hasSizeGreaterThan(40);
    assertThat(figures.snapshot()).containsKeys(expected.toArray(String[]::new));
  }

  @Test
  void theyAreOfTheAgentAndItsMachine() {
    SortedMap<String, Double> snapshot = figures.snapshot();

    assertThat(snapshot)
        .containsEntry("slave/cpus_total", 4.0)
        .containsEntry("slave/gpus_total", 2.0)
        .containsEntry("slave/mem_used", 0.0)
        .containsEntry("slave/mem_percent", 0.0)
        .containsEntry("slave/registered", 0.0)
        .containsEntry("slave/degraded", 0.0)
        .containsEntry("slave/uptime_secs", 1.5);
    assertThat(snapshot.get("system/mem_total_bytes")).isGreaterThan(100 << 20);
    assertThat(snapshot.get("system/cpus_total")).isPositive();
    assertThat(snapshot.get("system/load_1min")).isNotNegative();
  }

  @Test
  void aNumberOfAnotherPartIsAmongThem() {
    figures.add("gc/path_removals_pending", "meseta.agent.gc.pending", "Directories", () -> 3);

    assertThat(figures.snapshot()).containsEntry("gc/path_removals_pending", 3.0);
  }
}
