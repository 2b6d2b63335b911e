package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A volume that several tasks use at once, of one framework and of others in its role. */
class SharedVolumeTest {
  private static final Resource VOLUME =
      OperationTest.volume(100).toBuilder()
          .setShared(Resource.SharedInfo.getDefaultInstance())
          .build();

  private final CoreContext master = CoreContext.leading();
  private final Client first = connect("first");
  private final Node agent = master.addAgent("a");

  private Client connect(String name) {
    FrameworkInfo.Builder info = OperationTest.framework("web").setName(name);
    info.addCapabilitiesBuilder().setType(FrameworkInfo.Capability.Type.SHARED_RESOURCES);
    return master.connect(info.build());
  }

  private static void accept(Client client, Offer offer, Operation... operations) {
    Call.Accept.Builder accept = Call.Accept.newBuilder().addOfferIds(offer.getId());
    accept.addAllOperations(List.of(operations)).getFiltersBuilder().setRefuseSeconds(0);
    assertThat(client.call(Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept)))
        .isEqualTo(202);
  }

  private Offer nextOffer(Client client) {
    master.pass(Duration.ofSeconds(2));
    List<Offer> offers = client.offers();
    assertThat(offers).isNotEmpty();
    return offers.get(offers.size() - 1);
  }

  private static boolean holdsTheVolume(Offer offer) {
    return OperationTest.read(offer.getResourcesList())
        .contains(OperationTest.read(List.of(VOLUME)));
  }

  private static Operation destroy(String id) {
    return OperationTest.operation(id, Operation.Type.DESTROY)
        .setDestroy(Operation.Destroy.newBuilder().addVolumes(VOLUME))
        .build();
  }

  private static List<OperationState> states(List<Event> events) {
    return events.stream()
        .filter(Event::hasUpdateOperationStatus)
        .map(event -> event.getUpdateOperationStatus().getStatus())
        .map(OperationStatus::getState)
        .toList();
  }

  @Test
  void isOfferedWhileTasksUseItAndToOthersOfTheRole() {
    Offer offer = nextOffer(first);
    accept(
        first,
        offer,
        OperationTest.reserve("", OperationTest.reserved("disk", 100)),
        OperationTest.create("", VOLUME),
        OperationTest.launch(offer, "t1", VOLUME),
        OperationTest.launch(offer, "t2", VOLUME));
    assertThat(agent.messages()).filteredOn(MasterMessage::hasRunTask).hasSize(2);

    Offer again = nextOffer(first);
    assertThat(holdsTheVolume(again)).isTrue();
    Client second = connect("second");
    master.pass(Duration.ofSeconds(2));
    assertThat(second.offers()).as("it is in one offer at a time").isEmpty();
    first.decline(again, 600);
    Offer others = nextOffer(second);
    assertThat(holdsTheVolume(others)).isTrue();
    accept(second, others, OperationTest.launch(others, "t3", VOLUME));

    assertThat(agent.messages()).filteredOn(MasterMessage::hasRunTask).hasSize(1);
    assertThat(master.view(agent).used().get("disk")).isPresent();
  }

  @Test
  void isDestroyedOnlyWhenNobodyUsesItAnyMore() {
    Offer offer = nextOffer(first);
    accept(
        first,
        offer,
        OperationTest.reserve("", OperationTest.reserved("disk", 100)),
        OperationTest.create("", VOLUME),
        OperationTest.launch(offer, "t1", VOLUME));
    Offer inUse = nextOffer(first);
    assertThat(holdsTheVolume(inUse)).isTrue();

    accept(first, inUse, destroy("early"));

    master.pass(Duration.ofSeconds(2));
    List<Event> told = first.events();
    assertThat(states(told)).containsExactly(OperationState.OPERATION_ERROR);
    Offer again =
        told.stream()
            .filter(Event::hasOffers)
            .map(event -> event.getOffers().getOffers(0))
            .findFirst()
            .orElseThrow();
    agent.update(first, "t1", TaskState.TASK_FINISHED);
    first.events();
    accept(first, again, destroy(""));
    assertThat(holdsTheVolume(nextOffer(first))).isFalse();
  }
}
