package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.codec.RecordIo;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that are broken or mean, against a master and an agent that have 96 MiB of heap: after
 * each of them both are alive, hold no more memory than before, and serve a normal framework.
 */
class HostileClientsIT {

  private static final long GIB = 1L << 30;
  private static final int MIB = 1 << 20;
  private static final long GROWTH_LIMIT_MIB = 24;
  private static final Duration PROMPT = Duration.ofSeconds(10);
  private static final String LINK =
      String.join(
          "\r\n",
          "POST /api/v1/agent-link HTTP/1.1",
          "Host: x",
          "Content-Type: application/x-protobuf",
          "Transfer-Encoding: chunked",
          "",
          "");
  private static final String SCHEDULER_HEAD =
      "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

  @TempDir static Path workDir;

  private static EmbeddedZooKeeper zooKeeper;
  private static DaemonsProcess daemons;
  private static long usedBeforeMib;

  /** The largest body that the master takes. */
  private static int bodyLimit;

  /** The two daemons, as targets. */
  enum Daemon {
    MASTER,
    AGENT;

    int port() {
      return this == MASTER ? daemons.masterPort() : daemons.agentPort();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    daemons = DaemonsProcess.start("zk://" + zooKeeper.connectString() + "/mesos", workDir);
    LoopbackCluster.await("the master leads", HostileClientsIT::leads);
    bodyLimit = askForTheBodyLimit();
    // Twice, so that what is loaded and pooled once does not count as growth.
    assertNormalFrameworkWorks();
    assertNormalFrameworkWorks();
    usedBeforeMib = daemons.usedMib();
  }

  private static boolean leads() {
    try {
      return RawClient.get(daemons.masterPort(), "/state").status() == 200;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int askForTheBodyLimit() throws IOException {
    String head = SCHEDULER_HEAD + "Content-Length: " + GIB + "\r\n\r\n";
    String refusal = RawClient.ask(daemons.masterPort(), head).text();
    return Integer.parseInt(refusal.replaceAll("\\D", ""));
  }

  @AfterAll
  static void stop() throws Exception {
    daemons.close();
    zooKeeper.close();
  }

  @AfterEach
  void bothAreWell() throws Exception {
    assertThat(daemons.isAlive()).isTrue();
    assertServes();
    assertNormalFrameworkWorks();
    assertThat(daemons.usedMib() - usedBeforeMib).isLessThan(GROWTH_LIMIT_MIB);
  }

  private static void assertServes() throws IOException {
    for (Daemon daemon : Daemon.values()) {
      long beginNs = System.nanoTime();
      assertThat(RawClient.get(daemon.port(), "/health").status()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - beginNs)).isLessThan(PROMPT);
    }
  }

  private static void assertNormalFrameworkWorks() throws Exception {
    try (WireFramework framework = subscribe("normal", new RawClient(daemons.masterPort()))) {
      Offer offer = framework.nextOffer();
      framework.accepted(WireTasks.launch(offer, WireTasks.docker(offer, "t", "true")));
      framework.updatesUntil(TaskState.TASK_FINISHED);
      framework.tearDown();
    }
  }

  private static WireFramework subscribe(String name, RawClient client) throws Exception {
    return WireFramework.subscribe(
        daemons.masterPort(), MediaType.PROTOBUF, WireFramework.info(name), client);
  }

  // ---- who does not read

  @Test
  void manyFrameworksThatNeverReadAreDisconnectedBeforeTheMemoryIsFull() throws Exception {
    List<WireFramework> deaf = new ArrayList<>();
    try (WireFramework other = subscribe("other", new RawClient(daemons.masterPort()))) {
      int dropped = 0;
      for (int i = 0; i < 16; i++) {
        WireFramework framework = subscribe("deaf-" + i, connectWithSmallBuffer());
        deaf.add(framework);
        int status = 202;
        for (int calls = 0; calls < 18 && status == 202; calls++) {
          status = framework.call(reconcile(250, "x".repeat(1_000))).status();
        }
        dropped += status == 202 ? 0 : 1;
        assertIsAnswered(other);
      }
      assertThat(dropped).isPositive();
      other.tearDown();
    } finally {
      for (WireFramework framework : deaf) {
        framework.close();
      }
    }
  }

  private static RawClient connectWithSmallBuffer() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), daemons.masterPort()));
    return new RawClient(socket);
  }

  @Test
  void aFrameworkThatNeverReadsIsDisconnectedAndOthersNoticeNothing() throws Exception {
    try (WireFramework deaf = subscribe("deaf", connectWithSmallBuffer());
        WireFramework other = subscribe("other", new RawClient(daemons.masterPort()));
        RawClient calls = new RawClient(daemons.masterPort())) {
      String flood = deaf.request(reconcile(500, "unknown"));
      int status = 202;
      for (int i = 0; i < 2_000 && status == 202; i++) {
        status = calls.send(flood).read().status();
        if (i % 10 == 0) {
          assertIsAnswered(other);
        }
      }
      // 403 while the registry is told that it is gone for good, 400 afterwards.
      assertThat(status).as("the deaf framework is gone").isIn(400, 403);
      assertIsAnswered(other);
      assertThat(deaf.stream().countToEnd()).isLessThan(64L * MIB);
      other.tearDown();
    }
  }

  private static void assertIsAnswered(WireFramework framework) throws Exception {
    long beginNs = System.nanoTime();
    framework.accepted(reconcile(1, ""));
    assertThat(framework.nextUpdate().getTaskId().getValue()).isEqualTo("0");
    assertThat(Duration.ofNanos(System.nanoTime() - beginNs)).isLessThan(PROMPT);
  }

  private static Call.Builder reconcile(int tasks, String prefix) {
    Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
    for (int i = 0; i < tasks; i++) {
      reconcile.addTasks(
          Call.Reconcile.Task.newBuilder().setTaskId(TaskID.newBuilder().setValue(prefix + i)));
    }
    return Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(reconcile);
  }

  // ---- a gigabyte

  /** At the same time, because the server listens to each of them for two seconds. */
  @Test
  void everythingEndlessIsRefusedAtItsLimit() throws Exception {
    String body = SCHEDULER_HEAD + "Transfer-Encoding: chunked\r\n\r\n";
    String header = "GET /health HTTP/1.1\r\nX-Long: ";
    byte[] chunk = chunk(bytes(MIB, ' '));
    byte[] text = bytes(MIB, 'x');
    List<FutureTask<Long>> floods =
        List.of(
            flood(Daemon.MASTER, body, chunk, 413),
            flood(Daemon.AGENT, body, chunk, 413),
            flood(Daemon.MASTER, header, text, 431),
            flood(Daemon.AGENT, header, text, 431),
            flood(Daemon.MASTER, "GET /", text, 414),
            flood(Daemon.AGENT, "GET /", text, 414));
    assertServes();
    for (FutureTask<Long> flood : floods) {
      assertThat(flood.get(30, TimeUnit.SECONDS)).isLessThan(64L * MIB);
    }
  }

  /**
   * Each body is one that would be taken if it came alone; together they are many times the heap
   * that is free for them.
   */
  @Test
  void manyLargeBodiesAtOnceAreRefusedBeforeTheMemoryIsFull() throws Exception {
    String head = SCHEDULER_HEAD + "Content-Length: " + bodyLimit + "\r\n\r\n";
    byte[] most = bytes(bodyLimit - 1, ' ');
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        RawClient client = new RawClient(daemons.masterPort());
        clients.add(client);
        client.send(head).send(most);
      }
      assertServes();
      assertNormalFrameworkWorks();
      List<Integer> answers = new ArrayList<>();
      for (RawClient client : clients) {
        answers.add(lastByteAndAnswer(client));
      }
      assertThat(answers).contains(400, 503).hasSize(64);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** The status of the answer; who was refused already may not be able to send. */
  private static int lastByteAndAnswer(RawClient client) throws IOException {
    try {
      client.send(" ");
    } catch (IOException refused) {
      return 503;
    }
    return client.read().status();
  }

  /** A field that nobody knows takes 4 bytes on the wire and some fifty times that in memory. */
  @Test
  void messagesThatGrowWhenTheyAreDecodedAreBounded() throws Exception {
    byte[] body = new byte[bodyLimit - bodyLimit % 4];
    for (int i = 0; i < body.length; i += 4) {
      int tag = (2_048 + i / 4) << 3;
      body[i] = (byte) ((tag & 0x7f) | 0x80);
      body[i + 1] = (byte) (((tag >> 7) & 0x7f) | 0x80);
      body[i + 2] = (byte) (tag >> 14);
      body[i + 3] = 1;
    }
    String headers = WireFramework.contentType(MediaType.PROTOBUF);
    String request =
        RawClient.postRequest(WireFramework.PATH, headers, new String(body, ISO_8859_1));
    List<FutureTask<Integer>> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FutureTask<Integer> client =
          new FutureTask<>(() -> RawClient.ask(daemons.masterPort(), request).status());
      clients.add(client);
      Thread.ofVirtual().start(client);
    }
    for (FutureTask<Integer> client : clients) {
      assertThat(client.get(30, TimeUnit.SECONDS)).isIn(400, 503);
    }
  }

  @Test
  void manyUnfinishedRecordsOnAgentLinksAreRefusedBeforeTheMemoryIsFull() throws Exception {
    String record = "%d\n%s".formatted(bodyLimit, "x".repeat(bodyLimit - 1));
    byte[] unfinished = chunk(record.getBytes(ISO_8859_1));
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        RawClient client = new RawClient(daemons.masterPort());
        clients.add(client);
        client.send(LINK);
        assertThat(client.readHead().status()).isEqualTo(200);
        sendOrBeRefused(client, unfinished);
      }
      assertServes();
      assertNormalFrameworkWorks();
      assertThat(daemons.usedMib() - usedBeforeMib).isLessThan(2 * GROWTH_LIMIT_MIB);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static void sendOrBeRefused(RawClient client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("(?i).*(reset|pipe|closed).*");
    }
  }

  @Test
  void anEndlessRecordOnAnAgentLinkIsRefused() throws Exception {
    byte[] start = "9999999999\n".getBytes(ISO_8859_1);
    assertThat(floodLink(start, bytes(MIB, 'x'))).isLessThan(32L * MIB);
  }

  @Test
  void largeRecordsWithoutMeaningEndTheirLink() throws Exception {
    // Field 1000, which nobody knows, of a size that a message may have.
    AgentMessage message =
        AgentMessage.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFrom(bytes(bodyLimit - 100, 'x')))
                            .build())
                    .build())
            .build();
    assertThat(floodLink(new byte[0], RecordIo.frame(message.toByteArray())))
        .isLessThan(128L * MIB);
  }

  @Test
  void endlessMessagesOfAnAgentThatNeverRegisteredEndTheirLink() throws Exception {
    byte[] pong =
        RecordIo.frame(
            AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()).build().toByteArray());
    byte[] many = new byte[pong.length * 10_000];
    for (int i = 0; i < many.length; i += pong.length) {
      System.arraycopy(pong, 0, many, i, pong.length);
    }
    assertThat(floodLink(new byte[0], many)).isLessThan(32L * MIB);
  }

  private static byte[] bytes(int count, char value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] chunk(byte[] body) {
    String text = "%x\r\n%s\r\n".formatted(body.length, new String(body, ISO_8859_1));
    return text.getBytes(ISO_8859_1);
  }

  /**
   * Sends the same again and again, up to a gigabyte, until the server closes. The value is how
   * much could be sent.
   */
  private static FutureTask<Long> flood(Daemon daemon, String head, byte[] part, int refusal) {
    FutureTask<Long> flood =
        new FutureTask<>(() -> {
          try (RawClient client = new RawClient(daemon.port())) {
            client.send(head);
            FutureTask<Long> sender = new FutureTask<>(() -> sendUntilClosed(client, part));
            Thread.ofVirtual().start(sender);
            assertThat(client.read().status()).isEqualTo(refusal);
            return sender.get();
          }
        });
    Thread.ofVirtual().start(flood);
    return flood;
  }

  private static long floodLink(byte[] start, byte[] part) throws Exception {
    try (RawClient client = new RawClient(daemons.masterPort())) {
      client.send(LINK);
      assertThat(client.readHead().status()).isEqualTo(200);
      if (start.length > 0) {
        client.send(chunk(start));
      }
      return sendUntilClosed(client, chunk(part));
    }
  }

  private static long sendUntilClosed(RawClient client, byte[] part) {
    long sent = 0;
    try {
      while (sent < GIB) {
        client.send(part);
        sent += part.length;
      }
    } catch (IOException closed) {
      return sent;
    }
    return sent;
  }

  // ---- garbage

  @ParameterizedTest
  @EnumSource
  void randomBytesAreRefused(Daemon daemon) throws Exception {
    Random random = new Random(20_261_122);
    for (int i = 0; i < 100; i++) {
      byte[] garbage = new byte[1 + random.nextInt(i % 10 == 0 ? 200_000 : 2_000)];
      random.nextBytes(garbage);
      try (RawClient client = new RawClient(daemon.port())) {
        try {
          client.send(garbage).send("\r\n\r\n");
          client.socket().shutdownOutput();
        } catch (IOException refused) {
          assertThat(garbage.length).isGreaterThan(1_000);
        }
        assertThat(client.countToEnd()).isLessThan(2_000);
      }
    }
  }

  @Test
  void randomBodiesAre400() throws Exception {
    Random random = new Random(20_261_123);
    try (RawClient client = new RawClient(daemons.masterPort())) {
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[1 + random.nextInt(500)];
        random.nextBytes(garbage);
        garbage[0] = (byte) 0xff; // A wire type that there is not.
        MediaType type = i % 2 == 0 ? MediaType.JSON : MediaType.PROTOBUF;
        String body = new String(garbage, ISO_8859_1);
        String request =
            RawClient.postRequest(WireFramework.PATH, WireFramework.contentType(type), body);
        assertThat(client.send(request).read().status()).isEqualTo(400);
      }
    }
  }

  @Test
  void randomRecordsEndTheirAgentLink() throws Exception {
    Random random = new Random(20_261_124);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(500)];
      random.nextBytes(garbage);
      garbage[0] = (byte) 0xff;
      try (RawClient client = new RawClient(daemons.masterPort())) {
        client.send(LINK);
        assertThat(client.readHead().status()).isEqualTo(200);
        client.send(chunk(i % 2 == 0 ? garbage : RecordIo.frame(garbage)));
        assertThat(client.countToEnd()).isZero();
      }
    }
  }

  // ---- half of a conversation

  @ParameterizedTest
  @EnumSource
  void halfOpenConnectionsHoldUpNobody(Daemon daemon) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        RawClient client = new RawClient(daemon.port());
        clients.add(client);
        switch (i % 3) {
          case 0 -> client.send("GET /hea");
          case 1 -> client.send(SCHEDULER_HEAD + "Content-Length: 100\r\n\r\n{");
          default -> {}
        }
      }
      assertServes();
      assertNormalFrameworkWorks();
      for (RawClient client : clients) {
        client.socket().shutdownOutput();
      }
      for (RawClient client : clients) {
        assertThat(client.countToEnd()).isLessThan(1_000);
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aSubscriberThatClosesItsHalfIsGone() throws Exception {
    try (WireFramework framework = subscribe("half", new RawClient(daemons.masterPort()))) {
      framework.stream().socket().shutdownOutput();
      assertThat(framework.stream().countToEnd()).isLessThan(MIB);
      LoopbackCluster.await(
          "the framework is removed",
          () ->
              framework.callUnchecked(Call.newBuilder().setType(Call.Type.REVIVE)).status() == 400);
    }
  }
}
