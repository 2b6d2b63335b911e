package io.meseta.agent.core;

import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.NetworkInfo;
import java.util.List;
import java.util.Optional;

/**
 * Where a task's ports are: on the loopback addresses of this machine where the container is in its
 * network, else on the container's own address. Pure.
 */
record CheckAddress(boolean onHost, List<NetworkInfo.IPAddress> addresses) {

  static final String MISSING =
      "the container has no address of the wanted kind; use a check with a command";

  /**
   * @param hostAddress what containers in this machine's network report as theirs
   */
  static CheckAddress of(AgentTask task, Optional<String> hostAddress) {
    List<NetworkInfo.IPAddress> reported =
        task.containerStatus().getNetworkInfosList().stream()
            .flatMap(network -> network.getIpAddressesList().stream())
            .toList();
    boolean reportsHost =
        reported.stream().anyMatch(a -> Optional.of(a.getIpAddress()).equals(hostAddress));
    boolean reportsNone = reported.isEmpty() && !isDocker(task);
    return new CheckAddress(reportsHost || reportsNone, reported);
  }

  private static boolean isDocker(AgentTask task) {
    return task.info().hasContainer()
        && task.info().getContainer().getType() == ContainerInfo.Type.DOCKER;
  }

  Optional<String> of(NetworkInfo.Protocol protocol) {
    if (onHost) {
      return Optional.of(protocol == NetworkInfo.Protocol.IPv6 ? "::1" : "127.0.0.1");
    }
    return addresses.stream()
        .filter(address -> address.getProtocol() == protocol)
        .map(NetworkInfo.IPAddress::getIpAddress)
        .findFirst();
  }
}
