package io.meseta.testkit.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a host knows of the leader while ZooKeeper is out of its reach. */
class CoordinationTest {
  private final Agenda agenda = new Agenda();
  private final Coordination coordination =
      new Coordination(agenda, new Draws(1).of("coordination"));
  private final List<String> news = new ArrayList<>();
  private final Coordination.Detector detector = coordination.detect(() -> news.add(known()));
  private Coordination.Session session = join("one");

  private Coordination.Session join(String name) {
    return coordination.join(
        new Coordination.Candidate() {
          @Override
          public void elected(long epoch) {
            coordination.publish(session, name.getBytes(StandardCharsets.UTF_8));
          }

          @Override
          public void deposed(String reason) {}
        },
        name);
  }

  private String known() {
    return detector.known().map(json -> new String(json, StandardCharsets.UTF_8)).orElse("nobody");
  }

  private void pass(Duration time) {
    long until = agenda.now() + time.toNanos();
    while (agenda.step(until)) {
      // Each step is one event.
    }
  }

  @Test
  void theLeaderIsToldOnce() {
    pass(Duration.ofMinutes(1));

    assertThat(news).containsExactly("one");
  }

  @Test
  void theLastLeaderStandsUntilTheSessionIsOver() {
    pass(Duration.ofMinutes(1));
    detector.cutOff();
    pass(Coordination.SESSION_TIMEOUT.minusSeconds(1));
    assertThat(news).containsExactly("one");

    pass(Duration.ofSeconds(2));

    assertThat(news).containsExactly("one", "nobody");
  }

  @Test
  void aShortInterruptionIsNoNews() {
    pass(Duration.ofMinutes(1));
    detector.cutOff();
    pass(Duration.ofSeconds(5));
    detector.reconnect();
    pass(Duration.ofMinutes(1));

    assertThat(news).containsExactly("one");
  }

  @Test
  void whatHappenedMeanwhileIsToldAfterwards() {
    pass(Duration.ofMinutes(1));
    detector.cutOff();
    coordination.leave(session);
    session = join("two");
    pass(Duration.ofSeconds(5));
    assertThat(news).containsExactly("one");

    detector.reconnect();

    assertThat(news).containsExactly("one", "two");
  }

  @Test
  void aProcessThatStartsCutOffKnowsNobody() {
    pass(Duration.ofMinutes(1));
    detector.cutOff();

    detector.restart();

    assertThat(known()).isEqualTo("nobody");
    detector.reconnect();
    assertThat(known()).isEqualTo("one");
  }
}
