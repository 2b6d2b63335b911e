package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.DomainInfo;

/** Masters are in the north; some agents are in the south, far from them. */
final class Domains {
  static final String NORTH = "north";
  static final String SOUTH = "south";

  private Domains() {}

  static DomainInfo of(String region) {
    return DomainInfo.newBuilder()
        .setFaultDomain(
            DomainInfo.FaultDomain.newBuilder()
                .setRegion(DomainInfo.FaultDomain.RegionInfo.newBuilder().setName(region))
                .setZone(DomainInfo.FaultDomain.ZoneInfo.newBuilder().setName(region + "-1")))
        .build();
  }
}
