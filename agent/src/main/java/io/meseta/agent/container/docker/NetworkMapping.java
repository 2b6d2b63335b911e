package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.ids.ContainerId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The network of a task, and the ports that it publishes. */
final class NetworkMapping {

  private static final Set<String> PREDEFINED = Set.of("host", "none", "bridge", "default");

  private NetworkMapping() {}

  /**
   * Maps them.
   *
   * @param joined the container whose network it shares, whatever the task says of networks
   */
  static void apply(TaskInfo task, Optional<ContainerId> joined, RunDraft draft)
      throws UnsupportedTaskException {
    ContainerInfo container = task.getContainer();
    if (joined.isPresent()) {
      join(container, joined.get(), draft);
      return;
    }
    String network = networkOf(container, draft);
    draft.hostConfig.withNetworkMode(network);
    if (network.equals("host") && draft.hostname != null) {
      throw new UnsupportedTaskException(
          "hostname " + draft.hostname + " cannot be set: the task has the host's network");
    }
    for (NetworkInfo info : container.getNetworkInfosList()) {
      addresses(info, network, draft);
    }
    DockerInfo docker = container.getDocker();
    if (docker.getPortMappingsCount() == 0) {
      return;
    }
    if (network.equals("host") || network.equals("none")) {
      throw new UnsupportedTaskException(
          "port_mappings need network BRIDGE or USER; the task has " + network);
    }
    Ports ports = new Ports();
    for (DockerInfo.PortMapping mapping : docker.getPortMappingsList()) {
      requireGranted(task, mapping.getHostPort());
      ports.bind(
          new ExposedPort(mapping.getContainerPort(), protocolOf(mapping)),
          Ports.Binding.bindPort(mapping.getHostPort()));
    }
    draft.hostConfig.withPortBindings(ports);
  }

  private static void join(ContainerInfo container, ContainerId joined, RunDraft draft)
      throws UnsupportedTaskException {
    if (container.getDocker().getPortMappingsCount() > 0 || draft.hostname != null) {
      throw new UnsupportedTaskException(
          "port_mappings and hostname are for the first task of a group only, whose network the"
              + " others share");
    }
    draft.hostConfig.withNetworkMode("container:" + Labels.engineName(joined));
  }

  private static String networkOf(ContainerInfo container, RunDraft draft)
      throws UnsupportedTaskException {
    if (draft.network != null) {
      return draft.network;
    }
    return switch (container.getDocker().getNetwork()) {
      case HOST -> "host";
      case BRIDGE -> "bridge";
      case NONE -> "none";
      case USER -> {
        if (container.getNetworkInfosCount() != 1
            || container.getNetworkInfos(0).getName().isEmpty()) {
          throw new UnsupportedTaskException(
              "network USER needs exactly one network_infos entry with the network's name");
        }
        yield requireName(container.getNetworkInfos(0).getName());
      }
    };
  }

  /** A name of a network; {@code container:…} would let a task into another one's network. */
  static String requireName(String network) throws UnsupportedTaskException {
    if (network.isEmpty() || network.indexOf(':') >= 0) {
      throw new UnsupportedTaskException("network '" + network + "' is not the name of a network");
    }
    return network;
  }

  private static void addresses(NetworkInfo info, String network, RunDraft draft)
      throws UnsupportedTaskException {
    if (info.getPortMappingsCount() > 0) {
      throw new UnsupportedTaskException(
          "network_infos.port_mappings is for containers of type MESOS; use docker.port_mappings");
    }
    for (NetworkInfo.IPAddress address : info.getIpAddressesList()) {
      if (!address.hasIpAddress()) {
        continue;
      }
      if (PREDEFINED.contains(network)) {
        throw new UnsupportedTaskException(
            "network_infos.ip_addresses: the address %s can be asked for in a USER network only"
                .formatted(address.getIpAddress()));
      }
      if (address.getProtocol() == NetworkInfo.Protocol.IPv6) {
        draft.ipv6 = address.getIpAddress();
      } else {
        draft.ipv4 = address.getIpAddress();
      }
    }
  }

  private static InternetProtocol protocolOf(DockerInfo.PortMapping mapping)
      throws UnsupportedTaskException {
    if (!mapping.hasProtocol()) {
      return InternetProtocol.TCP;
    }
    return switch (mapping.getProtocol().toLowerCase(Locale.ROOT)) {
      case "tcp" -> InternetProtocol.TCP;
      case "udp" -> InternetProtocol.UDP;
      case "sctp" -> InternetProtocol.SCTP;
      default ->
          throw new UnsupportedTaskException(
              "port_mappings: protocol '" + mapping.getProtocol() + "' is not tcp, udp or sctp");
    };
  }

  private static void requireGranted(TaskInfo task, int port) throws UnsupportedTaskException {
    for (Resource resource : task.getResourcesList()) {
      if (resource.getName().equals("ports")) {
        for (Value.Range range : resource.getRanges().getRangeList()) {
          if (range.getBegin() <= port && port <= range.getEnd()) {
            return;
          }
        }
      }
    }
    throw new UnsupportedTaskException(
        "port_mappings: host port " + port + " is not among the task's ports resources");
  }
}
