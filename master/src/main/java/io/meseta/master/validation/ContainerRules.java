package io.meseta.master.validation;

import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.Ranges;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** The container of a task or an executor. */
final class ContainerRules {
  private static final int MAX_PORT = 65_535;
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");

  private ContainerRules() {}

  /**
   * Why the container cannot be made, or nothing.
   *
   * @param ports all that the task was given: only these may be mapped
   */
  static Optional<String> invalidReason(ContainerInfo container, Ranges ports) {
    return Reasons.first(
        () -> invalidType(container),
        () -> container.hasDocker() ? invalidDocker(container, ports) : Optional.empty(),
        () -> Reasons.firstOf(container.getVolumesList(), ContainerRules::invalidVolume),
        () -> samePathTwice(container));
  }

  private static Optional<String> invalidType(ContainerInfo container) {
    return switch (container.getType()) {
      case DOCKER ->
          Reasons.when(!container.hasDocker(), "The container is of type DOCKER without 'docker'");
      case MESOS ->
          Reasons.when(
              container.hasDocker(),
              "The container is of type MESOS with 'docker': set the type to DOCKER, or use"
                  + " 'mesos'");
    };
  }

  private static Optional<String> invalidDocker(ContainerInfo container, Ranges ports) {
    var docker = container.getDocker();
    return Reasons.first(
        () -> Reasons.when(docker.getImage().isBlank(), "'docker.image' is empty"),
        () ->
            Reasons.when(
                docker.getNetwork() == DockerInfo.Network.HOST && container.hasHostname(),
                "'hostname' cannot be set in the network HOST, which has the agent's own"),
        () -> invalidUserNetwork(container),
        () -> invalidPortMappings(docker, ports),
        () ->
            Reasons.when(
                docker.getParametersList().stream().anyMatch(p -> p.getKey().isBlank()),
                "'docker.parameters' has one without a 'key'"));
  }

  private static Optional<String> invalidUserNetwork(ContainerInfo container) {
    if (container.getDocker().getNetwork() != DockerInfo.Network.USER) {
      return Optional.empty();
    }
    if (container.getNetworkInfosCount() != 1) {
      return Optional.of(
          "The network USER needs exactly one of 'network_infos', there are "
              + container.getNetworkInfosCount());
    }
    return Reasons.when(
        container.getNetworkInfos(0).getName().isBlank(),
        "The network USER needs the network's 'name' in 'network_infos'");
  }

  private static Optional<String> invalidPortMappings(DockerInfo docker, Ranges ports) {
    if (docker.getPortMappingsCount() == 0) {
      return Optional.empty();
    }
    if (docker.getNetwork() != DockerInfo.Network.BRIDGE
        && docker.getNetwork() != DockerInfo.Network.USER) {
      return Optional.of(
          "Ports can be mapped in the networks BRIDGE and USER only, not in "
              + docker.getNetwork());
    }
    var seen = new TreeSet<String>();
    return Reasons.firstOf(
        docker.getPortMappingsList(),
        mapping ->
            Reasons.first(
                () -> invalidPortMapping(mapping, ports),
                () ->
                    Reasons.when(
                        !seen.add(mapping.getHostPort() + "/" + protocol(mapping)),
                        "Host port " + mapping.getHostPort() + " is mapped twice")));
  }

  private static Optional<String> invalidPortMapping(DockerInfo.PortMapping mapping, Ranges ports) {
    int inside = mapping.getContainerPort();
    return Reasons.first(
        () ->
            Reasons.when(
                inside < 1 || inside > MAX_PORT,
                "Container port "
                    + Integer.toUnsignedString(inside)
                    + " is not between 1 and "
                    + MAX_PORT),
        () ->
            Reasons.when(
                !PROTOCOLS.contains(protocol(mapping)),
                "Port mapping has the protocol '"
                    + mapping.getProtocol()
                    + "', not tcp, udp or sctp"),
        () ->
            Reasons.when(
                !ports.contains(Integer.toUnsignedLong(mapping.getHostPort())),
                "Host port "
                    + Integer.toUnsignedString(mapping.getHostPort())
                    + " is mapped but not among the task's 'ports' resource "
                    + ports));
  }

  private static String protocol(DockerInfo.PortMapping mapping) {
    return mapping.hasProtocol() ? mapping.getProtocol().toLowerCase(Locale.ROOT) : "tcp";
  }

  private static Optional<String> invalidVolume(Volume volume) {
    var inside = volume.getContainerPath();
    if (inside.isBlank() || inside.indexOf('\0') >= 0) {
      return Optional.of("A volume has no 'container_path'");
    }
    if (!Paths.isAbsolute(inside) && Paths.leavesSandbox(inside)) {
      return Optional.of("Volume '" + inside + "' has a path that leaves the sandbox");
    }
    int origins =
        (volume.hasHostPath() ? 1 : 0) + (volume.hasImage() ? 1 : 0) + (volume.hasSource() ? 1 : 0);
    if (origins > 1) {
      return Optional.of(
          "Volume '" + inside + "' has more than one of 'host_path', 'image' and 'source'");
    }
    return Reasons.first(
        () -> volume.hasHostPath() ? invalidHostPath(volume) : Optional.empty(),
        () -> volume.hasSource() ? invalidSource(volume) : Optional.empty());
  }

  private static Optional<String> invalidHostPath(Volume volume) {
    var host = volume.getHostPath();
    var inside = volume.getContainerPath();
    if (Paths.isAbsolute(host)) {
      return Optional.empty();
    }
    if (!Paths.isAbsolute(inside)) {
      return Optional.of(
          "Volume '"
              + inside
              + "': 'host_path' and 'container_path' cannot both be relative: one of them has to"
              + " begin with '/'");
    }
    return Reasons.when(
        Paths.leavesSandbox(host),
        "Volume '" + inside + "': the relative 'host_path' '" + host + "' leaves the sandbox");
  }

  private static Optional<String> invalidSource(Volume volume) {
    var source = volume.getSource();
    boolean complete =
        switch (source.getType()) {
          case DOCKER_VOLUME ->
              source.hasDockerVolume() && !source.getDockerVolume().getName().isBlank();
          case HOST_PATH -> source.hasHostPath() && !source.getHostPath().getPath().isBlank();
          case SANDBOX_PATH ->
              source.hasSandboxPath() && !Paths.leavesSandbox(source.getSandboxPath().getPath());
          case SECRET -> source.hasSecret();
          case CSI_VOLUME -> source.hasCsiVolume();
          case UNKNOWN -> false;
        };
    return Reasons.when(
        !complete,
        "Volume '"
            + volume.getContainerPath()
            + "' has a 'source' of type "
            + source.getType()
            + " that does not say which one");
  }

  private static Optional<String> samePathTwice(ContainerInfo container) {
    var seen = new TreeSet<String>();
    return Reasons.firstOf(
        container.getVolumesList(),
        volume ->
            Reasons.when(
                !seen.add(volume.getContainerPath()),
                "Two volumes have the 'container_path' '" + volume.getContainerPath() + "'"));
  }
}
