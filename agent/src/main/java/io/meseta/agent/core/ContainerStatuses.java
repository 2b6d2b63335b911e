package io.meseta.agent.core;

import io.meseta.agent.container.StartedContainer;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.common.ids.ContainerId;

/** What status updates tell of a container. */
final class ContainerStatuses {

  private ContainerStatuses() {}

  /** Before it runs. */
  static ContainerStatus of(ContainerId container) {
    return ContainerStatus.newBuilder().setContainerId(container.toProto()).build();
  }

  static ContainerStatus of(ContainerId container, StartedContainer facts) {
    ContainerStatus.Builder status = of(container).toBuilder();
    facts.pid().ifPresent(status::setExecutorPid);
    if (!facts.ipAddresses().isEmpty()) {
      NetworkInfo.Builder network = NetworkInfo.newBuilder();
      facts.ipAddresses().forEach(ip -> network.addIpAddresses(address(ip)));
      status.addNetworkInfos(network);
    }
    return status.build();
  }

  private static NetworkInfo.IPAddress address(String ip) {
    NetworkInfo.Protocol protocol =
        ip.indexOf(':') >= 0 ? NetworkInfo.Protocol.IPv6 : NetworkInfo.Protocol.IPv4;
    return NetworkInfo.IPAddress.newBuilder().setProtocol(protocol).setIpAddress(ip).build();
  }
}
