package io.meseta.scheduler;

import static io.meseta.scheduler.Messages.AGENT;
import static io.meseta.scheduler.Messages.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import org.junit.jupiter.api.Test;

class OfferBudgetTest {

  private final TaskBuilder small = Tasks.docker("busybox").name("small").cpus(0.1).memoryMiB(32);

  @Test
  void packsTasksUntilTheOfferIsFull() {
    OfferBudget budget = OfferBudget.of(offer("O1", Resources.cpus(0.3), Resources.memoryMiB(100)));

    int count = 0;
    while (budget.fits(small)) {
      budget.add(small);
      count++;
    }

    assertThat(count).isEqualTo(3);
    assertThat(budget.tasks()).extracting(TaskInfo::getTaskId).doesNotHaveDuplicates();
    assertThat(budget.tasks())
        .allSatisfy(task -> {
          assertThat(task.getAgentId()).isEqualTo(AGENT);
          assertThat(task.getResourcesList())
              .containsExactly(Resources.cpus(0.1), Resources.memoryMiB(32));
        });
    assertThat(budget.leftover()).containsExactly(Resources.memoryMiB(4));
    assertThat(budget.offerIds()).extracting("value").containsExactly("O1");
  }

  @Test
  void saysWhatIsLacking() {
    OfferBudget budget = OfferBudget.of(offer("O1", Resources.cpus(1), Resources.memoryMiB(16)));

    assertThat(budget.lacking(small)).contains("task small needs mem:32.000, and 16.000 is left");
    assertThatThrownBy(() -> budget.add(small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Agent S0: task small needs mem:32.000, and 16.000 is left");
    assertThat(budget.tasks()).isEmpty();
  }

  @Test
  void addsUpTheOffersOfOneAgent() {
    OfferBudget budget =
        OfferBudget.of(
            offer("O1", Resources.cpus(0.06), Resources.memoryMiB(32)),
            offer("O2", Resources.cpus(0.06)));

    assertThat(budget.add(small).getResourcesList())
        .containsExactly(Resources.cpus(0.06), Resources.cpus(0.04), Resources.memoryMiB(32));
    assertThat(budget.leftover()).containsExactly(Resources.cpus(0.02));
  }

  @Test
  void offersThatCannotBeUsedTogetherAreRefused() {
    Offer elsewhere =
        offer("O2").toBuilder().setAgentId(AgentID.newBuilder().setValue("S1")).build();
    Offer.Builder otherRole = offer("O3").toBuilder();
    otherRole.getAllocationInfoBuilder().setRole("web");

    assertThatThrownBy(() -> OfferBudget.of(offer("O1"), elsewhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("O1 and O2");
    assertThatThrownBy(() -> OfferBudget.of(offer("O1"), otherRole.build()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(OfferBudget::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reservedResourcesAreUsedFirstAndStayReserved() {
    Resource reserved = reserved(Resources.cpus(0.05));
    OfferBudget budget =
        OfferBudget.of(offer("O1", Resources.cpus(1), Resources.memoryMiB(32), reserved));

    assertThat(budget.add(small).getResourcesList())
        .containsExactly(reserved, Resources.cpus(0.05), Resources.memoryMiB(32));
  }

  @Test
  void volumesAndRevocableResourcesAreLeftAlone() {
    Resource revocable =
        Resources.cpus(4).toBuilder()
            .setRevocable(Resource.RevocableInfo.getDefaultInstance())
            .build();
    Resource.Builder volume = reserved(Resources.diskMiB(100)).toBuilder();
    volume.getDiskBuilder().getPersistenceBuilder().setId("data");
    OfferBudget budget =
        OfferBudget.of(offer("O1", revocable, Resources.memoryMiB(64), volume.build()));

    assertThat(budget.fits(small)).isFalse();
    assertThat(budget.leftover())
        .containsExactlyInAnyOrder(revocable, Resources.memoryMiB(64), volume.build());
  }

  @Test
  void portsAreTakenFromTheOfferAndGivenToTheTask() {
    TaskBuilder web = Tasks.docker("nginx").name("web").cpus(0.1).memoryMiB(1).port(80).port(443);
    OfferBudget budget =
        OfferBudget.of(
            offer(
                "O1",
                Resources.cpus(1),
                Resources.memoryMiB(10),
                ranges(31_000, 31_000, 31_005, 31_006)));

    TaskInfo task = budget.add(web);

    assertThat(task.getContainer().getDocker().getPortMappingsList())
        .extracting(m -> m.getContainerPort() + " at " + m.getHostPort())
        .containsExactly("80 at 31000", "443 at 31005");
    assertThat(task.getResourcesList()).contains(ranges(31_000, 31_000, 31_005, 31_005));
    assertThat(task.getCommand().getEnvironment().getVariablesList())
        .extracting(v -> v.getName() + "=" + v.getValue())
        .containsExactly("PORT0=31000", "PORT1=31005");
    assertThat(budget.leftover()).contains(Resources.ports(31_006, 31_006));
    assertThat(budget.lacking(web)).contains("task web needs 2 ports, and 1 are left");
  }

  @Test
  void hundredsOfTinyPartsAddUpExactly() {
    OfferBudget budget = OfferBudget.of(offer("O1", Resources.cpus(0.3), Resources.memoryMiB(300)));
    TaskBuilder tiny = Tasks.process("true").cpus(0.001).memoryMiB(1);
    for (int i = 0; i < 300; i++) {
      budget.add(tiny);
    }

    assertThat(budget.leftover()).isEmpty();
  }

  @Test
  void offersTellWhatTheyHave() {
    Offer.Builder offer =
        offer(
            "O1",
            Resources.cpus(0.1),
            reserved(Resources.cpus(0.2)),
            Resources.memoryMiB(512),
            Resources.diskMiB(1000),
            ranges(31_000, 31_004, 32_000, 32_000))
            .toBuilder();
    offer
        .addAttributesBuilder()
        .setName("rack")
        .setType(Value.Type.TEXT)
        .getTextBuilder()
        .setValue("r1");

    assertThat(Offers.cpus(offer.build())).isEqualTo(0.3);
    assertThat(Offers.memoryMiB(offer.build())).isEqualTo(512);
    assertThat(Offers.diskMiB(offer.build())).isEqualTo(1000);
    assertThat(Offers.ports(offer.build())).isEqualTo(6);
    assertThat(Offers.attribute(offer.build(), "rack")).contains("r1");
    assertThat(Offers.attribute(offer.build(), "row")).isEmpty();
    assertThat(Offers.describe(offer.build()))
        .isEqualTo("host0: 0.3 cpus, 512 MiB memory, 1000 MiB disk, 6 ports");
  }

  private static Resource reserved(Resource resource) {
    Resource.Builder reserved = resource.toBuilder();
    reserved.addReservationsBuilder().setType(Resource.ReservationInfo.Type.DYNAMIC).setRole("web");
    return reserved.build();
  }

  private static Resource ranges(int... ends) {
    Resource.Builder ports = Resource.newBuilder().setName("ports").setType(Value.Type.RANGES);
    for (int i = 0; i < ends.length; i += 2) {
      ports.getRangesBuilder().addRangeBuilder().setBegin(ends[i]).setEnd(ends[i + 1]);
    }
    return ports.build();
  }
}
