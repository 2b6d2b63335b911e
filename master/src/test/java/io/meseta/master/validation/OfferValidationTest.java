package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OfferValidationTest {
  private static final FrameworkId ME = new FrameworkId("F");
  private static final List<OfferFacts> OPEN =
      List.of(
          offer("O1", "F", "S1", "web"),
          offer("O2", "F", "S1", "web"),
          offer("O3", "F", "S2", "web"),
          offer("O4", "F", "S1", "db"),
          offer("O5", "G", "S1", "web"));

  private static OfferFacts offer(String id, String framework, String agent, String role) {
    return new OfferFacts(new OfferId(id), new FrameworkId(framework), new AgentId(agent), role);
  }

  private static Optional<String> reason(String... ids) {
    return OfferValidation.invalidReason(
        ME,
        Arrays.stream(ids).map(OfferId::new).toList(),
        id -> OPEN.stream().filter(offer -> offer.id().equals(id)).findFirst());
  }

  @Test
  void takesOpenOffersOfOneAgentAndRole() {
    assertThat(reason("O1")).isEmpty();
    assertThat(reason("O1", "O2")).isEmpty();
  }

  @Test
  void refusesTheRest() {
    assertThat(reason()).contains("No offer is named");
    assertThat(reason("O1", "O1")).contains("Offer O1 is named twice");
    assertThat(reason("O1", "O9"))
        .contains("Offer O9 is no longer valid: it was answered, rescinded or has timed out");
    assertThat(reason("O9", "O1"))
        .contains("Offer O9 is no longer valid: it was answered, rescinded or has timed out");
    assertThat(reason("O5"))
        .contains("Offer O5 is no longer valid: it was answered, rescinded or has timed out");
    assertThat(reason("O1", "O3"))
        .contains("Offers of different agents cannot be accepted together: S1 and S2");
    assertThat(reason("O1", "O4"))
        .contains("Offers for different roles cannot be accepted together: 'web' and 'db'");
  }
}
