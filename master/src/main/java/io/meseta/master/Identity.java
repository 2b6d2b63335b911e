package io.meseta.master;

import io.meseta.api.v1.Address;
import io.meseta.api.v1.DomainInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.runtime.Version;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Under which address a master is known, and where it runs. */
record Identity(InetAddress ip, int port, String hostname, Optional<DomainInfo> domain) {

  /**
   * What clients may ask of a master of Mesos 1.12, and of this one: agents that come back with
   * other resources, draining, and quotas as limits with guarantees.
   */
  private static final List<MasterInfo.Capability.Type> CAPABILITIES =
      List.of(
          MasterInfo.Capability.Type.AGENT_UPDATE,
          MasterInfo.Capability.Type.AGENT_DRAINING,
          MasterInfo.Capability.Type.QUOTA_V2);

  /**
   * As published. {@code ip} is the address's network-order bytes read as a little-endian number,
   * which is what Mesos's clients expect: 127.0.0.1 is 16777343.
   *
   * @param id new in each term of leadership
   */
  MasterInfo masterInfo(String id) {
    MasterInfo.Builder info =
        MasterInfo.newBuilder()
            .setId(id)
            .setIp(littleEndian(ip.getAddress()))
            .setPort(port)
            .setPid(pid())
            .setHostname(hostname)
            .setVersion(Version.OF_API)
            .setAddress(
                Address.newBuilder()
                    .setHostname(hostname)
                    .setIp(ip.getHostAddress())
                    .setPort(port));
    for (MasterInfo.Capability.Type type : CAPABILITIES) {
      info.addCapabilities(MasterInfo.Capability.newBuilder().setType(type));
    }
    domain.ifPresent(info::setDomain);
    return info.build();
  }

  String pid() {
    return "master@" + ip.getHostAddress() + ":" + port;
  }

  /** The number has room for IPv4 only; for IPv6 clients read {@code address}. */
  private static int littleEndian(byte[] bytes) {
    if (bytes.length != 4) {
      return 0;
    }
    return (bytes[0] & 0xff)
        | (bytes[1] & 0xff) << 8
        | (bytes[2] & 0xff) << 16
        | (bytes[3] & 0xff) << 24;
  }
}
