package io.meseta.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.cli.client.DaemonClient;
import io.meseta.cli.exec.TaskFinder.Place;
import io.meseta.cli.exec.TaskFinder.Wanted;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFinderTest {

  private final DaemonClient http = new DaemonClient();
  private FakeDaemons daemons;

  @BeforeEach
  void start() throws IOException {
    daemons =
        new FakeDaemons()
            .tasks(
                List.of(
                    "f-1/web/TASK_RUNNING/aaa-1",
                    "f-1/web-2/TASK_RUNNING/aab-2",
                    "f-1/job/TASK_FINISHED/bbb-3",
                    "f-1/job/TASK_RUNNING/bbb-4",
                    "f-1/old-job/TASK_FAILED/ccc-5",
                    "f-1/twice/TASK_RUNNING/ddd-6",
                    "f-2/twice/TASK_RUNNING/ddd-7"));
  }

  @AfterEach
  void stop() {
    http.close();
    daemons.close();
  }

  private Place find(String id, Wanted wanted) throws Exception {
    Place onAgent = new TaskFinder(http).onAgent(daemons.agent(), id, wanted);
    Place throughMaster = new TaskFinder(http).throughMaster(daemons.master(), id, wanted);
    assertThat(throughMaster).isEqualTo(onAgent);
    return onAgent;
  }

  @ParameterizedTest
  @CsvSource({
    "web, web, aaa-1",
    "web-, web-2, aab-2",
    "aaa-1, web, aaa-1",
    "aaa, web, aaa-1",
    "job, job, bbb-4",
    "bbb, job, bbb-4"
  })
  void oneThatRuns(String id, String task, String container) throws Exception {
    Place place = find(id, Wanted.RUNNING);
    assertThat(place.task()).isEqualTo(task);
    assertThat(place.container()).isEqualTo(container);
    assertThat(place.directory()).isEqualTo("/d/" + container);
    assertThat(place.agent()).isEqualTo(daemons.agent());
  }

  @Test
  void oneThatHasEnded() throws Exception {
    assertThat(find("old", Wanted.ANY).container()).isEqualTo("ccc-5");
    assertThatThrownBy(() -> find("old-job", Wanted.RUNNING))
        .hasMessage("Task old-job has ended; it is not running");
  }

  @Test
  void severalAreTold() {
    assertThatThrownBy(() -> find("twice", Wanted.RUNNING))
        .hasMessageContaining(
            "may be one of 2 tasks: twice of framework f-1, twice of framework f-2");
    assertThatThrownBy(() -> find("we", Wanted.ANY)).hasMessageContaining("web of framework f-1");
  }

  @Test
  void none() {
    assertThatThrownBy(() -> find("nobody", Wanted.ANY))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("There is no task or container 'nobody' on agent 127.0.0.1:");
  }

  @Test
  void nobodyListens() throws Exception {
    URI nobody = daemons.master();
    daemons.close();
    assertThatThrownBy(() -> new TaskFinder(http).throughMaster(nobody, "web", Wanted.ANY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No answer from " + nobody.getAuthority());
  }

  @ParameterizedTest
  @CsvSource({"localhost", "localhost:x", "a b:1", "host:1/path", "ftp://host:1", "''"})
  void whatIsNoAddress(String text) {
    assertThatThrownBy(() -> http.address("--agent", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--agent is HOST:PORT, or https://HOST:PORT, but is '" + text + "'");
  }

  @Test
  void sizesOfTerminals() {
    assertThat(Terminal.parse("24 80")).contains(new Terminal.Size(80, 24));
    assertThat(Terminal.parse("0 0")).isEmpty();
    assertThat(Terminal.parse("stty: standard input")).isEmpty();
  }
}
