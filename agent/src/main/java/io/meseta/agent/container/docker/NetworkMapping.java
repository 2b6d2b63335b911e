package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import java.util.List;
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
   * @param joined the network of the task's group, if it is in that
   */
  static void apply(TaskInfo task, Optional<ContainerSpec.Network> joined, RunDraft draft)
      throws UnsupportedTaskException {
    if (joined.isPresent()) {
      join(task, joined.get(), draft);
      return;
    }
    describe(task.getContainer(), draft);
    Ports ports = new Ports();
    for (DockerInfo.PortMapping mapping : task.getContainer().getDocker().getPortMappingsList()) {
      if (!isAmong(task.getResourcesList(), mapping.getHostPort())) {
        throw new UnsupportedTaskException(
            "port_mappings: host port "
                + mapping.getHostPort()
                + " is not among the task's ports resources");
      }
      publish(mapping, draft, ports);
    }
  }

  /**
   * Maps the network of a group, as what holds it has it: the first of its tasks describes it, and
   * the ports of all are published.
   */
  static void applyToHolder(ContainerSpec.Network network, RunDraft draft)
      throws UnsupportedTaskException {
    ContainerInfo first = network.tasks().getFirst().getContainer();
    RunDraft described = new RunDraft();
    ParameterMapping.apply(first.getDocker().getParametersList(), described);
    draft.hostname = first.hasHostname() ? first.getHostname() : null;
    draft.hostname = described.hostname != null ? described.hostname : draft.hostname;
    draft.network = described.network;
    draft.ipv4 = described.ipv4;
    draft.ipv6 = described.ipv6;
    draft.networkAliases.addAll(described.networkAliases);
    draft.extraHosts.addAll(described.extraHosts);
    draft.dns.addAll(described.dns);
    draft.dnsSearch.addAll(described.dnsSearch);
    draft.dnsOptions.addAll(described.dnsOptions);
    describe(first, draft);
    Ports ports = new Ports();
    for (TaskInfo task : network.tasks()) {
      for (DockerInfo.PortMapping mapping : task.getContainer().getDocker().getPortMappingsList()) {
        if (!isAmong(network.granted(), mapping.getHostPort())) {
          throw new UnsupportedTaskException(
              "port_mappings: host port "
                  + mapping.getHostPort()
                  + " is not among the ports resources of the group's executor, and a port stays"
                  + " published for as long as the group lives");
        }
        publish(mapping, draft, ports);
      }
    }
  }

  private static void describe(ContainerInfo container, RunDraft draft)
      throws UnsupportedTaskException {
    String network = networkOf(container, draft);
    draft.hostConfig.withNetworkMode(network);
    if (network.equals("host") && draft.hostname != null) {
      throw new UnsupportedTaskException(
          "hostname " + draft.hostname + " cannot be set: the task has the host's network");
    }
    for (NetworkInfo info : container.getNetworkInfosList()) {
      addresses(info, network, draft);
    }
  }

  private static void publish(DockerInfo.PortMapping mapping, RunDraft draft, Ports ports)
      throws UnsupportedTaskException {
    String network = draft.hostConfig.getNetworkMode();
    if ("host".equals(network) || "none".equals(network)) {
      throw new UnsupportedTaskException(
          "port_mappings need network BRIDGE or USER; the task has " + network);
    }
    ports.bind(
        new ExposedPort(mapping.getContainerPort(), protocolOf(mapping)),
        Ports.Binding.bindPort(mapping.getHostPort()));
    draft.hostConfig.withPortBindings(ports);
  }

  /** What the first task says of the network is the holder's, and nobody else says anything. */
  private static void join(TaskInfo task, ContainerSpec.Network joined, RunDraft draft)
      throws UnsupportedTaskException {
    boolean first = joined.tasks().getFirst().getTaskId().equals(task.getTaskId());
    boolean describes =
        draft.hostname != null
            || draft.ipv4 != null
            || draft.ipv6 != null
            || !draft.networkAliases.isEmpty()
            || !draft.extraHosts.isEmpty()
            || !draft.dns.isEmpty()
            || !draft.dnsSearch.isEmpty()
            || !draft.dnsOptions.isEmpty();
    if (describes && !first) {
      throw new UnsupportedTaskException(
          "hostname, addresses and name resolution are for the first task of a group only, as all"
              + " of them share one network: "
              + joined.tasks().getFirst().getTaskId().getValue());
    }
    draft.hostname = null;
    draft.ipv4 = null;
    draft.ipv6 = null;
    draft.networkAliases.clear();
    draft.extraHosts.clear();
    draft.dns.clear();
    draft.dnsSearch.clear();
    draft.dnsOptions.clear();
    draft.hostConfig.withNetworkMode("container:" + Labels.holderName(joined.holder()));
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

  private static boolean isAmong(List<Resource> resources, int port) {
    for (Resource resource : resources) {
      if (resource.getName().equals("ports")) {
        for (Value.Range range : resource.getRanges().getRangeList()) {
          if (range.getBegin() <= port && port <= range.getEnd()) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
