package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.OfferFilters;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a framework says of the least that an offer has to contain. */
class MinAllocatableTest {

  private final CoreContext master = CoreContext.leading();

  private static FrameworkInfo.Builder wantsCpus(double cpus) {
    OfferFilters.Builder filters = OfferFilters.newBuilder();
    filters
        .getMinAllocatableResourcesBuilder()
        .addQuantitiesBuilder()
        .putQuantities("cpus", Value.Scalar.newBuilder().setValue(cpus).build());
    return Messages.framework("web").putOfferFilters("*", filters.build());
  }

  @Test
  void smallerAgentsAreNotOfferedUntilItSaysOtherwise() {
    Node agent = master.addAgent("with-4-cpus");
    Client client = master.connect(wantsCpus(4.001).build());
    master.pass(Duration.ofSeconds(2));
    assertThat(client.offers()).isEmpty();

    int status =
        client.call(
            Call.newBuilder()
                .setType(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(
                    Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(wantsCpus(4).setId(client.id))));

    assertThat(status).isEqualTo(200);
    master.pass(Duration.ofSeconds(2));
    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(offer.getAgentId()).isEqualTo(agent.id));
  }
}
