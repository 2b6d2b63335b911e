package io.meseta.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.session.ApiFixture.Input;
import io.meseta.agent.session.ApiFixture.Records;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What goes in and out of a session over HTTP. */
class SessionsTest extends SessionsContext {

  @Test
  void aCommandRunsItsOutputStreamsAndItsExitCodeIsToldAfterwards() throws Exception {
    try (RawClient client = api.connect()) {
      client.send(ApiFixture.request(ApiFixture.RECORDS, launch("s")));
      FakeExec.Started started = exec.next();
      assertThat(about(started))
          .containsEntry("container", "task")
          .containsEntry("argv", java.util.List.of("cat"))
          .containsEntry("terminal", Optional.empty());
      RawClient.Answer head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Type")).isEqualTo("application/recordio");
      assertThat(head.header("Message-Content-Type")).isEqualTo("application/json");
      assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");

      Records records = new Records(client, MediaType.JSON);
      started.output.stdout(bytes("one"));
      started.output.stderr(bytes("two"));
      assertThat(records.nextData()).isEqualTo("STDOUT one");
      assertThat(records.nextData()).isEqualTo("STDERR two");
      started.output.exited(3);
      assertThat(records.nextData()).isEqualTo("END");
    }
    String ended = "{\"type\":\"WAIT_CONTAINER\",\"wait_container\":{\"exit_status\":768,";
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "s")).text()).startsWith(ended);
    assertThat(api.call(ApiFixture.about("WAIT_NESTED_CONTAINER", "task", "s")).text())
        .contains("\"exit_status\":768");
  }

  @Test
  void theTypesOfTheAnswerAreThoseThatWereAskedFor() throws Exception {
    try (RawClient client = api.connect()) {
      client.send(ApiFixture.request(ApiFixture.headers("application/x-protobuf"), launch("a")));
      FakeExec.Started started = exec.next();
      started.output.stdout(bytes("one"));
      assertThat(client.readHead().header("Message-Content-Type"))
          .isEqualTo("application/x-protobuf");
      assertThat(new Records(client, MediaType.PROTOBUF).nextData()).isEqualTo("STDOUT one");
    }
    try (RawClient client = api.connect()) {
      // Without an Accept there is no RecordIO in RecordIO, but JSON in RecordIO.
      client.send(ApiFixture.request("Content-Type: application/json\r\n", launch("b")));
      FakeExec.Started started = exec.next();
      started.output.stdout(bytes("one"));
      RawClient.Answer head = client.readHead();
      assertThat(head.header("Content-Type")).isEqualTo("application/json");
      assertThat(head.has("Message-Content-Type")).isFalse();
      assertThat(new Records(client, MediaType.JSON).nextData()).isEqualTo("STDOUT one");
    }
  }

  @Test
  void shellEnvironmentUserAndTerminal() throws Exception {
    String rest =
        ",'command':{'value':'echo $A','user':'nobody','environment':{'variables':["
            + "{'name':'A','value':'b'}]}},'container':{'type':'MESOS','tty_info':"
            + "{'window_size':{'rows':40,'columns':132}}}";
    try (RawClient client = api.connect()) {
      launch(client, ApiFixture.launch("task", "s", rest));
      assertThat(about(exec.next()))
          .containsEntry("argv", java.util.List.of("/bin/sh", "-c", "echo $A"))
          .containsEntry("environment", Map.of("A", "b"))
          .containsEntry("user", Optional.of("nobody"))
          .containsEntry("terminal", Optional.of(new TerminalSize(132, 40)));
    }
  }

  @Test
  void closingTheConnectionEndsTheCommand() throws Exception {
    FakeExec.Started started;
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      started = exec.next();
      assertThat(started.closed.getCount()).isEqualTo(1);
    }
    assertThat(started.closed.await(30, TimeUnit.SECONDS)).isTrue();
    started.output.exited(137);
    assertThat(api.call(ApiFixture.about("WAIT_CONTAINER", "task", "s")).text())
        .contains("\"exit_status\":" + (137 << 8));
  }

  @Test
  void heartbeatsComeAtOnceAndThenNowAndThen() throws Exception {
    reopen(new SessionOptions(2, OFTEN, LIMIT, OFTEN, 3));
    try (RawClient client = api.connect()) {
      Records records = launch(client, launch("s"));
      for (int i = 0; i < 3; i++) {
        ProcessIO beat = records.next().orElseThrow();
        assertThat(beat.getControl().getType()).isEqualTo(ProcessIO.Control.Type.HEARTBEAT);
        assertThat(beat.getControl().getHeartbeat().getInterval().getNanoseconds())
            .isEqualTo(OFTEN.toNanos());
      }
    }
  }

  @Test
  void inputReachesTheCommandAndAnEmptyRecordIsItsEnd() throws Exception {
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      // Clients try first whether they can attach: that is not the end of the input.
      try (Input trial = new Input(api, "task", "s")) {
        assertThat(trial.finish().status()).isEqualTo(200);
      }
      try (Input input = new Input(api, "task", "s")) {
        input
            .io(
                "{'type':'CONTROL','control':{'type':'TTY_INFO','tty_info':"
                    + "{'window_size':{'rows':0,'columns':0}}}}")
            .io(
                "{'type':'CONTROL','control':{'type':'TTY_INFO','tty_info':"
                    + "{'window_size':{'rows':30,'columns':100}}}}")
            .io("{'type':'CONTROL','control':{'type':'HEARTBEAT'}}")
            .data("first ");
        await().atMost(LIMIT).until(() -> started.input().equals("first "));
        assertThat(started.inputClosed.getCount()).isEqualTo(1);
        input.data("second").data("");
        assertThat(started.inputClosed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(started.input()).isEqualTo("first second");
        assertThat(started.sizes).containsExactly(new TerminalSize(100, 30));
        RawClient.Answer answer = input.finish();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
      }
    }
  }

  @Test
  void inputIsAnsweredWhenTheCommandEnds() throws Exception {
    try (RawClient client = api.connect();
        Input input = inputOf(client)) {
      exec.next().output.exited(0);
      assertThat(input.answer().status()).isEqualTo(200);
    }
    try (Input late = new Input(api, "task", "s")) {
      assertThat(late.answer().status()).isEqualTo(200);
    }
  }

  private Input inputOf(RawClient client) throws IOException {
    launch(client, launch("s"));
    return new Input(api, "task", "s");
  }

  @Test
  void oneClientTypesAtATimeAndTheNextOneMayWhenItHasGone() throws Exception {
    try (RawClient client = api.connect()) {
      Input first = inputOf(client);
      FakeExec.Started started = exec.next();
      first.data("a");
      await().atMost(LIMIT).until(() -> started.input().equals("a"));
      try (Input second = new Input(api, "task", "s")) {
        RawClient.Answer refused = second.answer();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("a client already");
      }
      first.close();
      await()
          .atMost(LIMIT)
          .until(() -> {
            try (Input third = new Input(api, "task", "s")) {
              return third.finish().status() == 200;
            }
          });
      assertThat(started.closed.getCount()).isEqualTo(1);
    }
  }

  @Test
  void aCommandThatDoesNotReadMakesTheTypingClientWait() throws Exception {
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      started.stopReading();
      AtomicInteger sent = new AtomicInteger();
      byte[] block = new byte[32 * 1024];
      int blocks = 2000;
      Input input = new Input(api, "task", "s");
      Thread typing =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < blocks; i++) {
                    input.data(block);
                    sent.incrementAndGet();
                  }
                } catch (IOException e) {
                  sent.set(-1);
                }
              });
      AtomicInteger before = new AtomicInteger(-2);
      await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(LIMIT)
          .until(() -> before.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
      // What the sockets hold; the rest of 64 MB waits with the client.
      assertThat(sent.get()).isLessThan(blocks / 2);
      started.readOn();
      typing.join();
      assertThat(input.finish().status()).isEqualTo(200);
      assertThat(started.inputSize()).isEqualTo(block.length * blocks);
      input.close();
    }
  }

  @Test
  void aClientThatDoesNotReadMakesTheCommandWaitAndIsDroppedInTheEnd() throws Exception {
    reopen(new SessionOptions(2, SELDOM, Duration.ofSeconds(3), OFTEN, 3));
    try (RawClient client = api.connect()) {
      launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      byte[] block = new byte[256 * 1024];
      AtomicInteger printed = new AtomicInteger();
      Thread printing =
          Thread.ofVirtual()
              .start(() -> {
                while (started.closed.getCount() > 0) {
                  started.output.stdout(ByteBuffer.wrap(block));
                  printed.incrementAndGet();
                }
              });
      AtomicInteger before = new AtomicInteger(-1);
      await()
          .pollInterval(Duration.ofMillis(500))
          .atMost(LIMIT)
          .until(() -> before.getAndSet(printed.get()) == printed.get());
      // What the buffers of two sockets hold, and no more.
      assertThat(before.get()).isLessThan(200);
      assertThat(started.closed.await(30, TimeUnit.SECONDS)).isTrue();
      printing.join();
      started.output.exited(137);
      await().atMost(LIMIT).until(() -> api.openStreams() == 0);
    }
  }

  @Test
  void largeOutputIsCutIntoRecordsAndIsWhole() throws Exception {
    try (RawClient client = api.connect()) {
      Records records = launch(client, launch("s"));
      FakeExec.Started started = exec.next();
      String text = "0123456789".repeat(20_000);
      Thread printing =
          Thread.ofVirtual()
              .start(() -> {
                started.output.stdout(bytes(text));
                started.output.exited(0);
              });
      StringBuilder read = new StringBuilder();
      for (String data = records.nextData(); !data.equals("END"); data = records.nextData()) {
        assertThat(data.length()).isLessThanOrEqualTo(ProcessIos.MAX_DATA_BYTES + 7);
        read.append(data.substring("STDOUT ".length()));
      }
      printing.join();
      assertThat(read.toString()).isEqualTo(text);
    }
  }

  @Test
  void moreReadersOfASession() throws Exception {
    try (RawClient owner = api.connect()) {
      Records first = launch(owner, launch("s"));
      FakeExec.Started started = exec.next();
      started.output.stdout(bytes("before"));
      assertThat(first.nextData()).isEqualTo("STDOUT before");
      try (RawClient other = api.connect()) {
        Records second = launch(other, ApiFixture.about("ATTACH_CONTAINER_OUTPUT", "task", "s"));
        // The first record, a heartbeat, shows that it is attached.
        assertThat(second.next()).isPresent();
        started.output.stdout(bytes("after"));
        assertThat(first.nextData()).isEqualTo("STDOUT after");
        assertThat(second.nextData()).isEqualTo("STDOUT after");
      }
      started.output.stdout(bytes("alone"));
      assertThat(first.nextData()).isEqualTo("STDOUT alone");
      assertThat(started.closed.getCount()).isEqualTo(1);
      started.output.exited(0);
      assertThat(first.nextData()).isEqualTo("END");
    }
  }

  @Test
  void theOutputOfATaskIsFollowedThroughRotationToItsEnd() throws Exception {
    Path stdout = sandbox.resolve("stdout");
    Files.writeString(stdout, "before\n");
    try (RawClient client = api.connect()) {
      Records records =
          launch(
              client,
              "{\"type\":\"ATTACH_CONTAINER_OUTPUT\",\"attach_container_output\":"
                  + "{\"container_id\":{\"value\":\"task\"}}}");
      assertThat(records.next()).isPresent();
      // The file is open when something of it has been shown.
      awaitShown(records, stdout, "new\n");
      Files.writeString(sandbox.resolve("stderr"), "err\n");
      assertThat(records.nextData()).isEqualTo("STDERR err\n");
      Files.writeString(stdout, "last of the old\n", StandardOpenOption.APPEND);
      Files.move(stdout, sandbox.resolve("stdout.1"), StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(stdout, "first of the new\n");
      assertThat(records.nextData()).isEqualTo("STDOUT last of the old\n");
      assertThat(records.nextData()).isEqualTo("STDOUT first of the new\n");
      Files.writeString(stdout, "end\n", StandardOpenOption.APPEND);
      running.clear();
      assertThat(records.nextData()).isEqualTo("STDOUT end\n");
      assertThat(records.nextData()).isEqualTo("END");
    }
  }

  /** The answer begins before the file has been opened: what is written meanwhile is not shown. */
  private static void awaitShown(Records records, Path file, String line) throws Exception {
    Thread writing =
        Thread.ofVirtual()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  Files.writeString(file, line, StandardOpenOption.APPEND);
                  TimeUnit.MILLISECONDS.sleep(20);
                } catch (IOException | InterruptedException e) {
                  return;
                }
              }
            });
    assertThat(records.nextData()).startsWith("STDOUT " + line);
    writing.interrupt();
    writing.join();
    Files.writeString(file, "mark\n", StandardOpenOption.APPEND);
    String data = "";
    while (!data.endsWith("mark\n")) {
      data = records.nextData();
    }
  }
}
