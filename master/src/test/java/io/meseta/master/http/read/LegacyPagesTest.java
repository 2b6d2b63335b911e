package io.meseta.master.http.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.testing.Shape;
import io.meseta.master.http.Standing;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyPagesTest {

  /** What a build outside of a repository does not have, and flags that other masters have. */
  private static final Set<String> NOT_OURS = Set.of("/git_sha", "/build_user", "/flags");

  @Test
  void stateHasEverythingThatMesosHasInTheSameTypes() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      JsonNode page = served.page("/state");

      assertThat(Shape.missing(Served.sample("master-state.json"), page, NOT_OURS)).isEmpty();
      assertThat(page.at("/activated_slaves").asText()).isEqualTo("1.0");
      assertThat(page.at("/slaves/0/pid").asText()).isEqualTo("slave(1)@127.0.0.2:5051");
      assertThat(page.at("/slaves/0/attributes/nums").asText()).isEqualTo("[1-5]");
      assertThat(page.at("/slaves/0/resources/cpus").asDouble()).isEqualTo(10.0);
      assertThat(page.at("/slaves/0/reserved_resources/web/cpus").asDouble()).isEqualTo(2.0);
      assertThat(page.at("/slaves/0/used_resources/ports").asText()).isEqualTo("[31000-31001]");
      assertThat(page.at("/frameworks/0/tasks/0/statuses").findValuesAsText("state"))
          .containsExactly("TASK_STARTING", "TASK_RUNNING");
      assertThat(page.at("/frameworks/0/tasks/0/statuses/0/timestamp").asDouble())
          .isEqualTo(1795327040.792996);
      assertThat(page.at("/frameworks/0").has("pid")).isFalse();
    }
  }

  @Test
  void theSummaryHasEverythingThatMesosHas() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      JsonNode page = served.page("/state-summary");

      assertThat(Shape.missing(Served.sample("state-summary.json"), page, NOT_OURS)).isEmpty();
      assertThat(page.at("/slaves/0/TASK_RUNNING").asInt()).isEqualTo(1);
      assertThat(page.at("/frameworks/0/TASK_RUNNING").asInt()).isEqualTo(1);
      assertThat(page.at("/slaves/0/framework_ids/0")).isEqualTo(page.at("/frameworks/0/id"));
    }
  }

  @Test
  void rolesHaveEverythingThatMesosHasAndWhatOperatorsDecided() throws IOException {
    Driven driven = Driven.likeTheSamples();
    driven.setWeight("web", 2.5);
    try (Served served = new Served(driven::view)) {
      JsonNode page = served.page("/roles");

      assertThat(Shape.missing(Served.sample("roles.json"), page, NOT_OURS)).isEmpty();
      assertThat(page.get("roles").findValuesAsText("name")).containsExactly("*", "web");
      assertThat(page.at("/roles/0/quota/consumed/cpus").asDouble()).isEqualTo(0.2);
      assertThat(page.at("/roles/1/weight").asDouble()).isEqualTo(2.5);
      assertThat(page.at("/roles/1/reserved/cpus").asDouble()).isEqualTo(2.0);
      assertThat(page.at("/roles/1/quota/consumed/cpus").asDouble()).isEqualTo(2.0);
    }
  }

  @Test
  void someCanBeAskedFor() throws IOException {
    Driven driven = Driven.likeTheSamples();
    driven.agent("b");
    driven.framework("another");
    try (Served served = new Served(driven::view)) {
      JsonNode slaves = served.page("/slaves").get("slaves");
      assertThat(slaves).hasSize(2);
      assertThat(slaves.at("/0/reserved_resources_full/web/0/name").asText()).isEqualTo("cpus");
      assertThat(slaves.at("/0/used_resources_full")).isNotEmpty();
      assertThat(served.page("/slaves?slave_id=M0-S1").at("/slaves/0/hostname").asText())
          .isEqualTo("b");
      assertThat(served.page("/slaves?slave_id=nobody").get("slaves")).isEmpty();
      assertThat(served.page("/frameworks?framework_id=M0-0001").at("/frameworks/0/name").asText())
          .isEqualTo("another");
      assertThat(served.page("/frameworks").get("frameworks")).hasSize(2);
      assertThat(served.page("/tasks").get("tasks").findValuesAsText("id")).containsExactly("gold");
      assertThat(served.page("/tasks?framework_id=M0-0001").get("tasks")).isEmpty();
      assertThat(served.page("/tasks?task_id=gold&limit=1").get("tasks")).hasSize(1);
      assertThat(served.page("/tasks?offset=1").get("tasks")).isEmpty();
      assertThat(served.get("/tasks?limit=-1").statusCode()).isEqualTo(400);
      assertThat(served.get("/tasks?order=up").statusCode()).isEqualTo(400);
    }
  }

  /** As in Mesos: what is said for those who unreserve things is too much for those who poll. */
  @Test
  void theSlavesAloneHaveResourcesInFull() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      JsonNode slave = served.page("/slaves").at("/slaves/0");

      assertThat(slave.at("/reserved_resources_full/web/0/reservations/0/role").asText())
          .isEqualTo("web");
      assertThat(slave.get("unreserved_resources_full")).isNotEmpty();
      assertThat(slave.get("used_resources_full")).isNotEmpty();
      assertThat(slave.get("offered_resources_full").isArray()).isTrue();
      assertThat(served.page("/state").at("/slaves/0").has("used_resources_full")).isFalse();
    }
  }

  @Test
  void weightsAndQuotasAreThoseThatOperatorsHaveSet() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      assertThat(served.page("/weights").toString()).isEqualTo("[]");
      assertThat(served.page("/quota").toString()).isEqualTo("{}");

      driven.setWeight("web", 2.5);

      assertThat(served.page("/weights").toString())
          .isEqualTo("[{\"weight\":2.5,\"role\":\"web\"}]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/state",
        "/state-summary",
        "/slaves",
        "/frameworks",
        "/tasks",
        "/roles",
        "/weights",
        "/quota",
        "/version",
        "/flags",
        "/metrics/snapshot"
      })
  void everyPageHasItsPrefixAndItsEndingAndCanBeAScript(String path) throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      byte[] page = served.get(path).body();

      assertThat(served.get("/master" + path).body()).isEqualTo(page);
      assertThat(served.get(path + ".json").body()).isEqualTo(page);
      HttpResponse<byte[]> script = served.get(path + "?jsonp=a.b");
      assertThat(new String(script.body(), StandardCharsets.UTF_8))
          .isEqualTo("a.b(" + new String(page, StandardCharsets.UTF_8) + ");");
      assertThat(script.headers().allValues("Content-Type")).containsExactly("text/javascript");
      assertThat(served.get(path + "?jsonp=a(b)").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aStandbyAnswersForItselfAndSendsElsewhereForTheRest() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      MasterInfo leader =
          MasterInfo.newBuilder().setId("x").setIp(1).setPort(1234).setHostname("l").build();
      served.standing = new Standing.Following(Optional.of(leader));

      for (String path : List.of("/health", "/version", "/flags", "/metrics/snapshot")) {
        assertThat(served.get(path).statusCode()).as(path).isEqualTo(200);
      }
      HttpResponse<byte[]> state = served.get("/state?x=1");
      assertThat(state.statusCode()).isEqualTo(307);
      assertThat(state.headers().allValues("Location"))
          .containsExactly("//l:1234/master/state?x=1");
    }
  }
}
