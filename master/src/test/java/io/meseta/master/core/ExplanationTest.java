package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Offer;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.recording.Replay;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.Question;
import io.meseta.master.allocation.RefusalReason;
import io.meseta.master.allocation.RoleExplanation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks why gets an answer; and who hoards is warned of. */
class ExplanationTest {

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.framework("f").build());

  private MasterEffect ask(Optional<String> framework, Question question) {
    master.effects();
    master.handle(
        new MasterEvent.ExplanationAsked(master.now, master.nextId(), framework, question));
    List<MasterEffect> effects = master.effects();
    assertThat(effects).hasSize(1);
    return effects.get(0);
  }

  private static void assertRefused(MasterEffect effect, int status, String text) {
    assertThat(effect).isInstanceOf(MasterEffect.Reply.class);
    MasterEffect.Reply reply = (MasterEffect.Reply) effect;
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.message()).contains(text);
  }

  @Test
  void aFrameworkIsFoundByItsIdAndByItsName() {
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.decline(offer, 3600);

    for (String name : List.of("f", client.id.getValue())) {
      MasterEffect effect = ask(Optional.of(name), Question.EVERYTHING);
      assertThat(effect).isInstanceOf(MasterEffect.TellExplanation.class);
      Explanation explanation = (Explanation) ((MasterEffect.TellExplanation) effect).explained();
      assertThat(explanation.framework()).isEqualTo(FrameworkId.of(client.id));
      assertThat(explanation.verdicts()).hasSize(1);
      assertThat(explanation.verdicts().get(0).agent().toProto()).isEqualTo(agent.id);
      assertThat(explanation.verdicts().get(0).reasons().get(0))
          .isInstanceOf(RefusalReason.Filtered.class);
    }
  }

  @Test
  void whatIsNotThereOrNotClearIsRefusedWithTheReason() {
    assertRefused(ask(Optional.of("g"), Question.EVERYTHING), 404, "no framework");
    assertRefused(
        ask(Optional.of("f"), Question.EVERYTHING.withRole("other")), 404, "not have the role");
    assertRefused(ask(Optional.empty(), Question.EVERYTHING.withRole("other")), 404, "role other");
    master.connect(Messages.framework("f").build());
    assertRefused(ask(Optional.of("f"), Question.EVERYTHING), 409, "by id");
  }

  @Test
  void aRoleIsExplainedToo() {
    MasterEffect effect = ask(Optional.empty(), Question.EVERYTHING.withRole("*"));

    RoleExplanation role = (RoleExplanation) ((MasterEffect.TellExplanation) effect).explained();
    assertThat(role.waiting()).hasSize(1);
    assertThat(role.chances()).hasSize(1);
  }

  @Test
  void whoHasNotTheLeadershipExplainsNothing() {
    master.handle(new MasterEvent.LeadershipLost(master.now, "the test deposed it"));

    assertRefused(ask(Optional.of("f"), Question.EVERYTHING), 503, "does not lead");
  }

  @Test
  void anExplanationCanBeRecordedAndReplayed(@TempDir Path directory) throws IOException {
    master.addAgent("a");
    RecordingHeader header = RecordingHeader.here("master", MasterCore.class, Map.of());
    try (Recorder<MasterEvent, MasterEffect> recorder =
        Recorder.start(
            master.core, MasterEvent::at, header, RecordingOptions.in(directory.resolve("r")))) {
      recorder.handle(
          new MasterEvent.ExplanationAsked(master.now, 1, Optional.of("f"), Question.EVERYTHING));
    }
    try (RecordingFile file = RecordingFile.open(RecordingFile.in(directory.resolve("r")).get(0))) {
      Replay<MasterCore, MasterEvent, MasterEffect> replay =
          Replay.of(file, MasterCore.class, MasterEvent.class);
      assertThat(replay.run(event -> true, done -> {})).isEmpty();
      assertThat(replay.handled()).isEqualTo(1);
    }
  }

  // ---- hoarding

  private long warnings() {
    return master.core.counters().getOrDefault(MasterCounter.OFFERS_HOARDED, 0L);
  }

  @Test
  void whoHoldsOffersThatOthersWaitForIsWarnedOfOncePerEpisode() {
    Node agent = master.addAgent("a");
    Client other = master.connect(Messages.framework("g").build());
    assertThat(client.offers()).hasSize(1);
    master.pass(Duration.ofSeconds(25));
    agent.pong();
    assertThat(warnings()).as("not yet long").isZero();

    master.pass(Duration.ofSeconds(30));
    agent.pong();
    assertThat(warnings()).as("many cycles, one warning").isEqualTo(1);

    master.pass(Duration.ofSeconds(10));
    agent.pong();
    assertThat(other.offers()).as("the offer has timed out and is another's").hasSize(1);
    master.pass(Duration.ofSeconds(45));
    assertThat(warnings()).as("now the other one holds it").isEqualTo(2);
  }

  @Test
  void whoIsAloneIsNotWarnedOf() {
    Node agent = master.addAgent("a");
    master.pass(Duration.ofSeconds(55));
    agent.pong();

    assertThat(warnings()).isZero();
  }
}
