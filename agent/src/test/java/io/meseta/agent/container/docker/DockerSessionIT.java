package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.session.ApiFixture;
import io.meseta.agent.session.RunningContainers;
import io.meseta.agent.session.SessionOptions;
import io.meseta.common.codec.MediaType;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.testing.RawClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions over HTTP in a container of a real engine. */
class DockerSessionIT {

  @TempDir Path workDir;
  private DockerFixture fixture;
  private ContainerSpec spec;
  private String parent = "";
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    TestEngine.ensure();
    fixture = new DockerFixture(workDir);
    spec = fixture.launch(TestTasks.shell("while true; do echo tick; sleep 0.2; done"));
    fixture.told().awaitStarted(spec.container());
    parent = spec.container().value();
    api = new ApiFixture(fixture.containerizer(), this::find, SessionOptions.defaults());
  }

  private Optional<RunningContainers.Running> find(ContainerId id) {
    return id.equals(spec.container())
        ? Optional.of(new RunningContainers.Running("task-1", fixture.sandbox(spec)))
        : Optional.empty();
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
    fixture.close();
  }

  private ApiFixture.Records launch(RawClient client, String id, String rest) throws Exception {
    client.send(ApiFixture.request(ApiFixture.RECORDS, ApiFixture.launch(parent, id, rest)));
    assertThat(client.readHead().status()).isEqualTo(200);
    return new ApiFixture.Records(client, MediaType.JSON);
  }

  @Test
  void inputOutputAndTheExitCode() throws Exception {
    String script = "read line; echo got $line; cat >&2; exit 5";
    try (RawClient client = api.connect()) {
      ApiFixture.Records records = launch(client, "s", ApiFixture.command("/bin/sh", "-c", script));
      try (ApiFixture.Input input = new ApiFixture.Input(api, parent, "s")) {
        input.data("one\ntwo");
        // The engine promises no order between the two.
        assertThat(List.of(records.nextData(), records.nextData()))
            .containsExactlyInAnyOrder("STDOUT got one\n", "STDERR two");
        input.data("");
        assertThat(records.nextData()).isEqualTo("END");
        assertThat(input.answer().status()).isEqualTo(200);
      }
    }
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", parent, "s")).text())
        .contains("\"exit_status\":" + (5 << 8));
  }

  @Test
  void aTerminalThatFollowsTheClients() throws Exception {
    String rest =
        ApiFixture.command("/bin/sh")
            + ",'container':{'type':'MESOS','tty_info':{'window_size':{'rows':20,'columns':60}}}";
    try (RawClient client = api.connect()) {
      ApiFixture.Records records = launch(client, "s", rest);
      try (ApiFixture.Input input = new ApiFixture.Input(api, parent, "s")) {
        input.data("stty size\n");
        readUntil(records, "20 60");
        input
            .io(
                "{'type':'CONTROL','control':{'type':'TTY_INFO','tty_info':"
                    + "{'window_size':{'rows':33,'columns':99}}}}")
            .data("stty size\nexit\n");
        readUntil(records, "33 99");
        readUntil(records, "END");
      }
    }
  }

  private static void readUntil(ApiFixture.Records records, String text) throws Exception {
    StringBuilder all = new StringBuilder();
    while (all.indexOf(text) < 0) {
      String data = records.nextData();
      all.append(data.replaceFirst("^STDOUT ", ""));
      if (data.equals("END") && all.indexOf(text) < 0) {
        throw new AssertionError(text + " is not in " + all);
      }
    }
  }

  @Test
  void closingTheConnectionKillsTheCommand() throws Exception {
    try (RawClient client = api.connect()) {
      ApiFixture.Records records =
          launch(client, "s", ApiFixture.command("/bin/sh", "-c", "echo up; sleep 8881"));
      assertThat(records.nextData()).isEqualTo("STDOUT up\n");
    }
    await()
        .atMost(DockerFixture.LIMIT)
        .until(() ->
            !fixture.docker("top", DockerFixture.name(spec.container())).contains("sleep 8881"));
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", parent, "s")).text())
        .contains("\"exit_status\":" + (137 << 8));
  }

  @Test
  void theTasksOwnOutput() throws Exception {
    String call =
        "{\"type\":\"ATTACH_CONTAINER_OUTPUT\",\"attach_container_output\":"
            + "{\"container_id\":{\"value\":\"%s\"}}}".formatted(parent);
    try (RawClient client = api.connect()) {
      client.send(ApiFixture.request(ApiFixture.RECORDS, call));
      assertThat(client.readHead().status()).isEqualTo(200);
      readUntil(new ApiFixture.Records(client, MediaType.JSON), "tick\ntick\n");
    }
  }

  @Test
  void aProgramThatIsNotThere() throws Exception {
    try (RawClient client = api.connect()) {
      ApiFixture.Records records = launch(client, "s", ApiFixture.command("/no/such/program"));
      assertThat(records.nextData()).contains("no such file");
      assertThat(records.nextData()).isEqualTo("END");
    }
  }
}
