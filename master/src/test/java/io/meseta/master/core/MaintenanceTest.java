package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.InverseOffer;
import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TimeInfo;
import io.meseta.api.v1.Unavailability;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Planned maintenance, as frameworks hear of it. */
class MaintenanceTest {
  private static final Unavailability TOMORROW =
      Unavailability.newBuilder()
          .setStart(TimeInfo.newBuilder().setNanoseconds(1_900_000_000_000_000_000L))
          .setDuration(DurationInfo.newBuilder().setNanoseconds(3_600_000_000_000L))
          .build();

  private final CoreContext master = CoreContext.leading();

  private static Call.Builder plan(String... hostnames) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
    var schedule = call.getUpdateMaintenanceScheduleBuilder().getScheduleBuilder();
    Window.Builder window = Window.newBuilder().setUnavailability(TOMORROW);
    for (String hostname : hostnames) {
      window.addMachineIds(MachineID.newBuilder().setHostname(hostname));
    }
    if (hostnames.length > 0) {
      schedule.addWindows(window);
    }
    return call;
  }

  private List<InverseOffer> inverseOffers(Client client) {
    return client.events().stream()
        .flatMap(event -> event.getInverseOffers().getInverseOffersList().stream())
        .toList();
  }

  private void pass(int seconds) {
    master.pass(Duration.ofSeconds(seconds));
  }

  private static int answer(Client client, OfferID id, double refuseSeconds) {
    var call =
        io.meseta.api.v1.scheduler.Call.newBuilder()
            .setType(io.meseta.api.v1.scheduler.Call.Type.DECLINE_INVERSE_OFFERS);
    call.getDeclineInverseOffersBuilder()
        .addInverseOfferIds(id)
        .setFilters(Filters.newBuilder().setRefuseSeconds(refuseSeconds));
    return client.call(call);
  }

  @Test
  void offersSayWhenTheirAgentWillBeAway() {
    Client client = master.connect(Messages.framework("web").build());
    master.addAgent("Some-Host");
    pass(2);
    assertThat(client.offers()).singleElement().matches(offer -> !offer.hasUnavailability());

    assertThat(master.operate(plan("some-host"))).isEqualTo(200);

    pass(2);
    List<Event> events = client.events();
    assertThat(events).as("it says something else now").anyMatch(Event::hasRescind);
    assertThat(events)
        .filteredOn(Event::hasOffers)
        .singleElement()
        .satisfies(event ->
            assertThat(event.getOffers().getOffers(0).getUnavailability()).isEqualTo(TOMORROW));
    assertThat(master.operate(plan())).isEqualTo(200);
    pass(2);
    assertThat(client.offers()).singleElement().matches(offer -> !offer.hasUnavailability());
  }

  @Test
  void whoHasTasksThereIsAskedToGiveThemBackAndAgainAfterHisFilter() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Client other = master.connect(Messages.partitionAware("other").build());
    Node agent = master.addAgentRunning(client, "t");
    pass(2);
    client.events();
    String hostname = master.record(agent).getInfo().getHostname();

    master.operate(plan(hostname));
    pass(2);

    InverseOffer asked = inverseOffers(client).get(0);
    assertThat(asked.getAgentId()).isEqualTo(agent.id);
    assertThat(asked.getFrameworkId()).isEqualTo(client.id);
    assertThat(asked.getUnavailability()).isEqualTo(TOMORROW);
    assertThat(asked.getUrl().getPath()).isEqualTo("/slave(1)");
    pass(5);
    assertThat(inverseOffers(client)).as("once, while it is open").isEmpty();
    assertThat(answer(client, asked.getId(), 20)).isEqualTo(202);
    pass(18);
    assertThat(inverseOffers(client)).isEmpty();
    pass(4);
    assertThat(inverseOffers(client)).hasSize(1);
    assertThat(other.events())
        .noneMatch(event ->
            event.getInverseOffers().getInverseOffersList().stream()
                .anyMatch(offer -> !offer.getFrameworkId().equals(other.id)));
  }

  @Test
  void anInverseOfferIsTakenBackWithThePlanAndAfterItsTimeOut() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgentRunning(client, "t");
    String hostname = master.record(agent).getInfo().getHostname();
    master.operate(plan(hostname));
    pass(2);
    OfferID first = inverseOffers(client).get(0).getId();

    pass(61);

    List<Event> events = client.events();
    assertThat(events)
        .anyMatch(event -> event.getRescindInverseOffer().getInverseOfferId().equals(first));
    OfferID second =
        events.stream()
            .filter(Event::hasInverseOffers)
            .map(event -> event.getInverseOffers().getInverseOffers(0).getId())
            .findFirst()
            .orElseThrow();
    master.operate(plan());
    assertThat(client.events())
        .anyMatch(event -> event.getRescindInverseOffer().getInverseOfferId().equals(second));
    pass(5);
    assertThat(inverseOffers(client)).isEmpty();
    assertThat(answer(client, second, 5)).as("late answers are passed over").isEqualTo(202);
  }

  @Test
  void theNextLeaderKnowsThePlan() {
    master.operate(plan("some-host"));

    master.failover();

    Client client = master.connect(Messages.framework("web").build());
    master.addAgent("some-host");
    pass(2);
    assertThat(client.offers())
        .singleElement()
        .satisfies(offer -> assertThat(offer.getUnavailability()).isEqualTo(TOMORROW));
  }

  @Test
  void nothingIsDoneBeforeTheRegistrySaysSo() {
    Client client = master.connect(Messages.framework("web").build());
    master.addAgent("some-host");
    pass(2);
    client.events();
    master.holdRegistry();

    long exchange = master.ask(plan("some-host"));

    assertThat(master.answer(exchange)).isEmpty();
    assertThat(client.events()).isEmpty();
    master.releaseRegistry();
    assertThat(master.answer(exchange)).hasValue(200);
    assertThat(client.events()).anyMatch(Event::hasRescind);
  }
}
