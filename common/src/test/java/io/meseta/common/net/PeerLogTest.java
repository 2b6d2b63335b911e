package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meseta.common.net.PeerLog.Kind;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PeerLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(PeerLog.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  /** Starts where the counter overflows on the way. */
  private long nowNs = Long.MAX_VALUE - 5;

  private final PeerLog peerLog = new PeerLog(Duration.ofSeconds(60), () -> nowNs);

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
  }

  private List<String> lines() {
    List<String> lines = appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    appender.list.clear();
    return lines;
  }

  private void passSeconds(long seconds) {
    nowNs += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void ofEachKindOneLinePerPeriod() {
    for (int i = 0; i < 1_000; i++) {
      peerLog.warn(Kind.GARBAGE, "garbage " + i);
      peerLog.warn(Kind.SLOW_READER, "slow " + i);
    }

    assertThat(lines()).containsExactly("garbage 0", "slow 0");
  }

  @Test
  void theNextLineSaysHowManyWereLeftOut() {
    peerLog.warn(Kind.GARBAGE, "a");
    passSeconds(59);
    peerLog.warn(Kind.GARBAGE, "b");
    peerLog.warn(Kind.GARBAGE, "c");
    passSeconds(1);
    peerLog.warn(Kind.GARBAGE, "d");

    assertThat(lines()).containsExactly("a", "d (and 2 more of this kind that were not logged)");
  }

  @Test
  void whatIsLeftOutIsToldAfterThePeriodThoughNothingFollows() {
    peerLog.warn(Kind.GARBAGE, "a");
    peerLog.warn(Kind.GARBAGE, "b");
    peerLog.warn(Kind.GARBAGE, "c");
    passSeconds(59);
    peerLog.tick();
    assertThat(lines()).containsExactly("a");

    passSeconds(1);
    peerLog.tick();
    assertThat(lines()).containsExactly("c (and 1 more of this kind that were not logged)");

    peerLog.warn(Kind.GARBAGE, "d");
    assertThat(lines()).as("the told line has begun a period").isEmpty();
    passSeconds(60);
    peerLog.tick();
    assertThat(lines()).containsExactly("d");
    passSeconds(60);
    peerLog.tick();
    assertThat(lines()).as("nothing was left out").isEmpty();
  }

  @Test
  void atTheEndTheRestIsTold() {
    peerLog.warn(Kind.FLOOD, "a");
    peerLog.warn(Kind.FLOOD, "b");
    peerLog.flush();
    peerLog.flush();

    assertThat(lines()).containsExactly("a", "b");
  }

  @Test
  void clientsThatSendGarbageMakeOneLineAndACount() throws IOException {
    int clients = 40;
    Router.Builder routes =
        Router.builder()
            .duplex("/link", (q, x) -> x.accept("a/b", Headers.none()).receive(record -> {}));
    try (TestServer server = TestServer.serving(routes)) {
      for (int i = 0; i < clients; i++) {
        try (RawClient client = server.connect()) {
          client.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ngarbage\r\n");
          client.readToEnd();
        }
      }
      assertThat(server.stats().badRequests()).isEqualTo(clients);
      assertThat(lines()).singleElement().asString().startsWith("Dropping the stream POST /link");
    }
    assertThat(lines()).singleElement().asString().contains("and 38 more of this kind");
  }

  @Test
  void whatAListenerRejectsIsCountedWithTheGarbage() throws IOException {
    Router.Builder routes =
        Router.builder()
            .duplex(
                "/link",
                (q, x) -> {
                  DuplexStream stream = x.accept("a/b", Headers.none());
                  stream.receive(record -> stream.reject("no greeting"));
                });
    try (TestServer server = TestServer.serving(routes);
        RawClient client = server.connect()) {
      client.send("POST /link HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n1\nx\r\n");
      client.readToEnd();
      assertThat(server.stats().badRequests()).isEqualTo(1);
      assertThat(lines()).singleElement().asString().endsWith(": no greeting");
    }
  }
}
