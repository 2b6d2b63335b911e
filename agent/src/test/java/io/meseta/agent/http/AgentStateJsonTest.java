package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.common.testing.Shape;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class AgentStateJsonTest {

  /** Of another program's build, and its settings. */
  private static final Set<String> NOT_OURS = Set.of("/git_sha", "/build_user", "/flags");

  private static JsonNode page(ShownAgent agent) {
    return ShownAgent.parse(new AgentStateJson(ShownAgent.ABOUT).render(agent.view()));
  }

  private static ShownAgent withOneTask() {
    return new ShownAgent().framework("f1").task("f1", "t1", TaskState.TASK_RUNNING);
  }

  @Test
  void itHasEverythingThatMesosHasInTheSameTypes() {
    JsonNode page = page(withOneTask());

    assertThat(Shape.missing(ShownAgent.sample("agent-state.json"), page, NOT_OURS)).isEmpty();
  }

  @Test
  void itHasEveryArrayWhenNothingRuns() {
    JsonNode page = page(new ShownAgent());

    assertThat(page.get("frameworks").isArray()).isTrue();
    assertThat(page.get("completed_frameworks").isArray()).isTrue();
    assertThat(page.get("resource_providers").isArray()).isTrue();
    assertThat(page.get("attributes").get("nums").asText()).isEqualTo("[1-5]");
    assertThat(page.get("attributes").get("weight").isDouble()).isTrue();
  }

  @Test
  void itSaysWhereTheAgentIs() {
    JsonNode page = page(new ShownAgent());

    assertThat(page.get("pid").asText()).isEqualTo("slave(1)@127.0.0.2:5051");
    assertThat(page.get("master_hostname").asText()).isEqualTo("127.0.0.1");
    assertThat(page.get("start_time").asDouble())
        .isEqualTo((double) ShownAgent.START.getEpochSecond());
    assertThat(page.get("flags").get("work_dir").asText()).isEqualTo("/var/lib/meseta");
  }

  @Test
  void aTaskWithoutAnExecutorHasOneOfItsNameAndItsSandbox() {
    JsonNode executor = page(withOneTask()).at("/frameworks/0/executors/0");

    assertThat(executor.get("id").asText()).isEqualTo("t1");
    assertThat(executor.get("source").asText()).isEqualTo("t1");
    assertThat(executor.get("name").asText())
        .isEqualTo("Command Executor (Task: t1) (Command: sh -c 'echo hi; sle...')");
    assertThat(executor.get("container").asText()).isEqualTo("c-t1");
    assertThat(executor.get("directory").asText())
        .isEqualTo("/var/lib/meseta/slaves/A0/frameworks/f1/executors/t1/runs/c-t1");
    assertThat(executor.at("/resources/cpus").asDouble()).isEqualTo(0.2);
    assertThat(executor.at("/tasks/0/executor_id").asText()).isEmpty();
    assertThat(executor.at("/tasks/0/statuses").findValuesAsText("state"))
        .containsExactly("TASK_STARTING", "TASK_RUNNING");
  }

  @Test
  void tasksOfOneExecutorStandTogetherAndItsOwnResourcesAreCountedOnce() {
    ExecutorInfo executor =
        ExecutorInfo.newBuilder()
            .setExecutorId(new ExecutorId("e").toProto())
            .setName("the executor")
            .addAllResources(Resources.of("cpus:1").toProto(ReservationFormat.REFINED))
            .build();
    ShownAgent agent = new ShownAgent().framework("f1");
    for (String id : new String[] {"t1", "t2"}) {
      var info = ShownAgent.task(id).setExecutor(executor).clearCommand().build();
      var view = ShownAgent.view("f1", id, TaskState.TASK_RUNNING, info);
      agent.task(
          new TaskView(
              view.framework(),
              view.executor(),
              new ContainerId("one"),
              info,
              view.state(),
              view.latest(),
              view.statuses(),
              view.started(),
              view.phase(),
              "",
              0));
    }

    JsonNode page = page(agent);

    JsonNode executors = page.at("/frameworks/0/executors");
    assertThat(executors).hasSize(1);
    assertThat(executors.at("/0/name").asText()).isEqualTo("the executor");
    assertThat(executors.at("/0/tasks")).hasSize(2);
    assertThat(executors.at("/0/tasks/0/executor_id").asText()).isEqualTo("e");
    assertThat(page.at("/unreserved_resources_allocated/cpus").asDouble()).isEqualTo(1.4);
  }

  @Test
  void tasksStandWhereTheyAre() {
    JsonNode executors =
        page(new ShownAgent()
                .framework("f1")
                .task("f1", "queued", TaskState.TASK_STAGING)
                .task("f1", "over", TaskState.TASK_FAILED)
                .over("f1", true, "long-over"))
            .at("/frameworks/0");

    assertThat(executors.at("/executors/0/queued_tasks")).hasSize(1);
    assertThat(executors.at("/executors/0/tasks")).isEmpty();
    assertThat(executors.at("/executors/1/completed_tasks")).hasSize(1);
    assertThat(executors.at("/executors/1/resources/cpus").asDouble()).isZero();
    assertThat(executors.at("/completed_executors/0/id").asText()).isEqualTo("long-over");
    assertThat(executors.at("/completed_executors/0/completed_tasks")).hasSize(1);
    assertThat(executors.at("/completed_executors/0/tasks").isArray()).isTrue();
  }

  @Test
  void aFrameworkThatHasNothingHereAnyMoreIsCompleted() {
    JsonNode page = page(withOneTask().over("gone", false, "t9").over("f1", true, "t8"));

    assertThat(page.at("/completed_frameworks")).hasSize(1);
    assertThat(page.at("/completed_frameworks/0/id").asText()).isEqualTo("gone");
    assertThat(page.at("/completed_frameworks/0/executors").isArray()).isTrue();
    assertThat(page.at("/completed_frameworks/0/completed_executors")).hasSize(1);
  }

  @Test
  void reservedResourcesStandByRole() {
    JsonNode page = page(new ShownAgent().total("cpus:1;cpus(web):3;mem(web):100"));

    assertThat(page.at("/reserved_resources/web/cpus").asDouble()).isEqualTo(3);
    assertThat(page.at("/unreserved_resources/cpus").asDouble()).isEqualTo(1);
    assertThat(page.at("/resources/cpus").asDouble()).isEqualTo(4);
    JsonNode full = page.at("/reserved_resources_full/web");
    assertThat(full).hasSize(2);
    assertThat(StreamSupport.stream(full.spliterator(), false).map(r -> r.get("role").asText()))
        .containsOnly("web");
    assertThat(page.at("/unreserved_resources_full/0/role").asText()).isEqualTo("*");
  }

  @Test
  void itSaysWhatTheAgentMissesAndThatItIsDrained() {
    JsonNode page = page(new ShownAgent().engineFails("no answer for 10 s").drained());

    assertThat(page.get("degraded").asBoolean()).isTrue();
    assertThat(page.at("/degraded_reasons/0").asText())
        .isEqualTo("the container engine does not answer: no answer for 10 s");
    assertThat(page.at("/drain_config/mark_gone").asBoolean()).isTrue();
    assertThat(page.get("estimated_drain_start_time_seconds").isDouble()).isTrue();
    assertThat(page(new ShownAgent()).has("drain_config")).isFalse();
  }

  @Test
  void aTaskThatWasRefusedForItsIdBreaksNothing() {
    JsonNode page =
        page(new ShownAgent().framework("f1").task("f1", "../../etc", TaskState.TASK_ERROR));

    assertThat(page.at("/frameworks/0/executors/0/directory").asText()).isEmpty();
  }
}
