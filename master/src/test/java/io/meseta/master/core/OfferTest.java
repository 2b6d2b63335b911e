package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How an offer ends that nobody answers (decision 0006). */
class OfferTest {

  private final CoreContext master = CoreContext.leading();
  private final Client client = master.connect(Messages.framework("web").build());
  private final Node agent = master.addAgent("a");
  private final Offer offer = client.offers().get(0);

  private List<Offer> rescindedAfter(Duration duration) {
    master.pass(duration);
    agent.pong();
    return client.events().stream()
        .filter(Event::hasRescind)
        .map(event -> Offer.newBuilder(offer).setId(event.getRescind().getOfferId()).build())
        .toList();
  }

  @Test
  void itIsTakenBackAfterTheTimeoutAndNotBefore() {
    assertThat(rescindedAfter(Duration.ofSeconds(59))).isEmpty();
    assertThat(rescindedAfter(Duration.ofSeconds(2))).containsExactly(offer);
  }

  @Test
  void itCountsAsDeclinedSoThatTheSilentOneIsNotOfferedTheSameAtOnce() {
    rescindedAfter(Duration.ofSeconds(61));

    master.pass(Duration.ofSeconds(3));
    assertThat(client.offers()).isEmpty();
    agent.pong();
    master.pass(Duration.ofSeconds(4));
    assertThat(client.offers()).extracting(Offer::getAgentId).containsExactly(agent.id);
  }

  @Test
  void anAnswerThatComesTooLateRunsNothing() {
    rescindedAfter(Duration.ofSeconds(61));

    assertThat(client.launch(offer, Messages.task("x", offer))).isEqualTo(202);

    assertThat(client.updates())
        .extracting(TaskStatus::getState, TaskStatus::getReason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                TaskState.TASK_LOST, TaskStatus.Reason.REASON_INVALID_OFFERS));
    assertThat(agent.messages()).noneMatch(message -> message.hasRunTask());
  }

  @Test
  void anAnsweredOneHasNoTimerAnyMore() {
    client.decline(offer, 3600);

    assertThat(rescindedAfter(Duration.ofSeconds(61))).isEmpty();
  }

  @Test
  void aForeignRoleMakesASuppressWithoutEffect() {
    Call.Builder call = Call.newBuilder().setType(Call.Type.SUPPRESS);
    call.getSuppressBuilder().addRoles("*").addRoles("elsewhere");
    assertThat(client.call(call)).isEqualTo(202);

    client.decline(offer, 0);
    master.pass(Duration.ofSeconds(7));
    assertThat(client.offers()).isNotEmpty();
  }
}
