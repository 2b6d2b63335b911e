package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.DomainInfo;
import io.meseta.api.v1.DomainInfo.FaultDomain;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.master.registry.RegistrySnapshot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agents in other regions than the master's. */
class RegionTest {

  private static DomainInfo domain(String region) {
    return DomainInfo.newBuilder()
        .setFaultDomain(
            FaultDomain.newBuilder()
                .setRegion(FaultDomain.RegionInfo.newBuilder().setName(region))
                .setZone(FaultDomain.ZoneInfo.newBuilder().setName("z")))
        .build();
  }

  private static CoreContext leadingIn(String region) {
    CoreContext master = new CoreContext();
    MasterInfo self =
        MasterInfo.newBuilder()
            .setId("M0")
            .setIp(16777343)
            .setPort(5050)
            .setHostname("127.0.0.1")
            .setDomain(domain(region))
            .build();
    master.handle(new MasterEvent.LeadershipGained(master.now, self, RegistrySnapshot.empty()));
    master.effects();
    return master;
  }

  private static long addAgent(CoreContext master, String region) {
    var register = Messages.register("host-" + region);
    register.getAgentBuilder().setDomain(domain(region));
    return master.openLink(register);
  }

  @Test
  void onlyFrameworksThatKnowOfRegionsAreOfferedFarAgents() {
    CoreContext master = leadingIn("north");
    addAgent(master, "north");
    addAgent(master, "south");
    Client plain = master.connect(Messages.framework("plain").build());
    master.pass(Duration.ofSeconds(2));
    assertThat(plain.offers()).extracting(Offer::getHostname).containsExactly("host-north");

    Client aware =
        master.connect(
            Messages.framework("aware")
                .addCapabilities(
                    FrameworkInfo.Capability.newBuilder()
                        .setType(FrameworkInfo.Capability.Type.REGION_AWARE))
                .build());
    master.pass(Duration.ofSeconds(2));
    assertThat(aware.offers())
        .singleElement()
        .satisfies(offer -> {
          assertThat(offer.getHostname()).isEqualTo("host-south");
          assertThat(offer.getDomain()).isEqualTo(domain("south"));
        });
  }

  /** It could be anywhere: nobody could tell who may use it. */
  @Test
  void anAgentWithADomainIsNotLetInByAMasterWithoutOne() {
    CoreContext master = CoreContext.leading();

    List<MasterMessage> answers = master.messages(addAgent(master, "north"));

    assertThat(answers)
        .singleElement()
        .satisfies(answer -> assertThat(answer.getRejected().getReason()).contains("--domain"));
  }
}
