package io.meseta.master.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleHoldingsTest {

  @Test
  void eachRoleHasItsOwnAndReservationsStayApart() {
    FrameworkView framework =
        framework(
            TasksByAgent.NONE
                .with(
                    new AgentId("a"),
                    List.of(
                        task("1", "web", "cpus:1;ports:[31000-31000]", false),
                        task("2", "web", "cpus:0.5;cpus(web):2", false),
                        task("3", "db", "mem:64", false)))
                .with(
                    new AgentId("b"),
                    List.of(
                        task("4", "web", "cpus:1;ports:[31000-31001]", false),
                        task("5", "db", "mem:64", true))));

    assertThat(RoleHoldings.used(framework))
        .containsExactly(
            entry("db", Resources.of("mem:64")),
            entry("web", Resources.of("cpus:2.5;cpus(web):2;ports:[31000-31001]")));
    assertThat(RoleHoldings.offered(framework)).isEmpty();
  }

  @Test
  void aMessageOfTheFrameworkSaysForWhichRole() {
    FrameworkView framework =
        framework(
            TasksByAgent.NONE.with(new AgentId("a"), List.of(task("1", "web", "cpus:1", false))));

    assertThat(ViewMessages.framework(framework).getAllocatedResourcesList())
        .singleElement()
        .satisfies(cpus -> {
          assertThat(cpus.getName()).isEqualTo("cpus");
          assertThat(cpus.getAllocationInfo().getRole()).isEqualTo("web");
        });
  }

  private static TaskView task(String id, String role, String resources, boolean released) {
    return new TaskView(
        Task.newBuilder()
            .setName(id)
            .setTaskId(TaskID.newBuilder().setValue(id))
            .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
            .setAgentId(AgentID.newBuilder().setValue("a"))
            .setState(released ? TaskState.TASK_FINISHED : TaskState.TASK_RUNNING)
            .build(),
        role,
        Resources.of(resources),
        released);
  }

  private static FrameworkView framework(TasksByAgent tasks) {
    return new FrameworkView(
        FrameworkInfo.newBuilder().setName("f").setUser("u").build(),
        true,
        false,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Quantities.EMPTY,
        Quantities.EMPTY,
        Map.of(),
        tasks,
        TasksByAgent.NONE,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        OfferConstraints.getDefaultInstance());
  }
}
