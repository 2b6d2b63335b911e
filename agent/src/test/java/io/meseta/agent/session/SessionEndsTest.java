package io.meseta.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.session.ApiFixture.Input;
import io.meseta.agent.session.ApiFixture.Records;
import io.meseta.common.testing.RawClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How sessions end, how many there may be, and what is no session. */
class SessionEndsTest extends SessionsContext {

  @Test
  void waitingBeforeTheEnd() throws Exception {
    try (RawClient client = api.connect();
        RawClient waiting = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      String wait =
          ApiFixture.request(
              "Content-Type: application/json\r\n",
              ApiFixture.about("WAIT_CONTAINER", "task", "s"));
      try (RawClient gone = api.connect()) {
        gone.send(wait);
      }
      waiting.send(wait);
      started.output.exited(0);
      assertThat(waiting.read().text())
          .isEqualTo(
              "{\"type\":\"WAIT_CONTAINER\",\"wait_container\":"
                  + "{\"exit_status\":0,\"state\":\"TASK_FINISHED\"}}");
    }
  }

  @Test
  void theAgentsEndEndsThemAll() throws Exception {
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      started.endWhenClosed();
      api.close();
      assertThat(started.closed.getCount()).isZero();
    }
  }

  @Test
  void anEndThatNobodyKnows() throws Exception {
    try (RawClient client = api.connect()) {
      Records records = launch(client, launch("s"));
      exec.next().output.failed("the engine has gone");
      assertThat(records.nextData())
          .isEqualTo("STDERR meseta: the session broke off: the engine has gone\n");
      assertThat(records.nextData()).isEqualTo("END");
    }
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "s")).text())
        .isEqualTo(
            "{\"type\":\"WAIT_CONTAINER\",\"wait_container\":"
                + "{\"state\":\"TASK_FAILED\",\"message\":\"the engine has gone\"}}");
  }

  @Test
  void killingAndRemoving() throws Exception {
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      assertThat(api.call(ApiFixture.about("REMOVE_CONTAINER", "task", "s")).status())
          .isEqualTo(409);
      String gently =
          ApiFixture.about("KILL_CONTAINER", "task", "s").replace("}}}}", "}},\"signal\":15}}");
      assertThat(api.call(gently).status()).isEqualTo(501);
      assertThat(api.call(ApiFixture.about("KILL_CONTAINER", "task", "s")).status()).isEqualTo(200);
      assertThat(started.closed.await(30, TimeUnit.SECONDS)).isTrue();
      started.output.exited(137);
      assertThat(api.call(ApiFixture.about("REMOVE_CONTAINER", "task", "s")).status())
          .isEqualTo(200);
      assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "s")).status()).isEqualTo(404);
    }
  }

  @Test
  void sessionsAreBoundedInNumberAndSoIsTheMemoryOfTheirEnds() throws Exception {
    try (RawClient one = api.connect();
        RawClient two = api.connect()) {
      launch(one, launch("a"));
      launch(two, launch("b"));
      RawClient.Answer refused =
          RawClient.ask(api.port(), ApiFixture.request(ApiFixture.RECORDS, launch("c")));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text()).contains("--max_sessions");
      RawClient.Answer same =
          RawClient.ask(api.port(), ApiFixture.request(ApiFixture.RECORDS, launch("a")));
      assertThat(same.status()).isEqualTo(409);
      exec.next().output.exited(0);
      exec.next().output.exited(0);
    }
    for (String id : new String[] {"d", "e", "f"}) {
      try (RawClient client = api.connect()) {
        launch(client, launch(id));
        exec.next().output.exited(0);
      }
    }
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "a")).status()).isEqualTo(404);
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "b")).status()).isEqualTo(404);
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "f")).status()).isEqualTo(200);
  }

  @Test
  void aCommandThatCannotBeStartedTakesNoPlace() throws Exception {
    exec.refuse("container task is not running");
    for (int i = 0; i < 3; i++) {
      RawClient.Answer answer =
          RawClient.ask(api.port(), ApiFixture.request(ApiFixture.RECORDS, launch("s")));
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.text()).contains("container task is not running");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nobody | ,'command':{'value':'x'}                                                            | 404 | parent container nobody
          task   | ``                                                                                  | 400 | command' is needed
          task   | ,'command':{}                                                                       | 400 | value' is needed
          task   | ,'command':{'value':'x','uris':[{'value':'http://x'}]}                              | 400 | fetches no
          task   | ,'command':{'value':'x','environment':{'variables':[{'name':'A','type':'SECRET'}]}} | 400 | knows no secrets
          task   | ,'command':{'value':'x','environment':{'variables':[{'name':'A=','value':'b'}]}}    | 400 | has a '='
          task   | ,'command':{'value':'x'},'container':{'type':'MESOS','hostname':'h'}                | 400 | only 'tty_info'
          """)
  void whatASessionCannotHave(String parent, String rest, int status, String reason)
      throws Exception {
    RawClient.Answer answer =
        RawClient.ask(
            api.port(),
            ApiFixture.request(ApiFixture.RECORDS, ApiFixture.launch(parent, "s", rest)));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).contains(reason);
    assertThat(exec.nothingStarted()).isTrue();
  }

  @Test
  void aTaskHasNoInputAndNoEndHere() throws Exception {
    try (Input input = new Input(api, "task", "nobody")) {
      assertThat(input.answer().status()).isEqualTo(404);
    }
    RawClient.Answer wait =
        api.call(
            "{\"type\":\"WAIT_CONTAINER\",\"wait_container\":"
                + "{\"container_id\":{\"value\":\"task\"}}}");
    assertThat(wait.status()).isEqualTo(501);
    assertThat(wait.text()).contains("told to its framework");
  }

  @Test
  void whatIsNoInput() throws Exception {
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      for (String io :
          new String[] {
            "{'type':'DATA','data':{'type':'STDOUT','data':'eA=='}}",
            "{'type':'NONE'}",
            "{'type':'CONTROL','control':{}}",
            "{'type':'DATA'}"
          }) {
        try (Input input = new Input(api, "task", "s")) {
          RawClient.Answer answer = input.io(io).answer();
          assertThat(answer.status()).as(io).isEqualTo(400);
        }
        // Its place is free again, as soon as the thread that writes has ended.
        await()
            .atMost(LIMIT)
            .until(() -> {
              try (Input input = new Input(api, "task", "s")) {
                return input.finish().status() == 200;
              }
            });
      }
      try (Input input = new Input(api, "task", "s")) {
        RawClient.Answer second =
            input.record("{'type':'CONTAINER_ID','container_id':{'value':'x'}}").answer();
        assertThat(second.status()).isEqualTo(400);
        assertThat(second.text()).contains("after the first record");
      }
      assertThat(started.input()).isEmpty();
      assertThat(started.closed.getCount()).isEqualTo(1);
    }
  }
}
