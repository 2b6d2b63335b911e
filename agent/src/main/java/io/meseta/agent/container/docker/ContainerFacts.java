package io.meseta.agent.container.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.NetworkSettings;
import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.StartedContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the engine says of a container.
 *
 * @param status what it is doing
 * @param started what is known while it runs
 * @param exit what is known once it has ended
 * @param stopSignal by which its image wants to be asked to end
 * @param networkOf the container whose network it shares, if it does
 */
record ContainerFacts(
    String engineId,
    Status status,
    StartedContainer started,
    ContainerExit exit,
    String stopSignal,
    Optional<String> networkOf) {

  /** What a container is doing. */
  enum Status {
    CREATED,
    RUNNING,
    ENDED
  }

  private static final String DEFAULT_STOP_SIGNAL = "SIGTERM";
  private static final String NETWORK_OF = "container:";
  private static final int KILLED = 137;

  boolean runs() {
    return status == Status.RUNNING;
  }

  /** Ended by SIGKILL under a memory limit: perhaps the kernel did it, for memory. */
  boolean mayHaveRunOutOfMemory() {
    return !exit.outOfMemory()
        && exit.memoryLimitBytes().isPresent()
        && exit.exitCode().equals(OptionalInt.of(KILLED));
  }

  /**
   * Of what the engine answers.
   *
   * @param details the same as those who read a task's updates see it
   */
  static ContainerFacts of(
      InspectContainerResponse response, String agentIp, Supplier<ByteString> details) {
    Status status = statusOf(response.getState());
    return new ContainerFacts(
        response.getId(),
        status,
        startedOf(response, agentIp, status == Status.RUNNING ? details.get() : ByteString.EMPTY),
        exitOf(response),
        stopSignalOf(response),
        networkOf(response));
  }

  /** Of a container that the engine does not know. */
  static ContainerFacts vanished() {
    return new ContainerFacts(
        "",
        Status.ENDED,
        new StartedContainer(OptionalInt.empty(), List.of()),
        new ContainerExit(
            OptionalInt.empty(),
            false,
            OptionalLong.empty(),
            "The container vanished: the engine does not know it any more"),
        DEFAULT_STOP_SIGNAL,
        Optional.empty());
  }

  /** The same, with the addresses of the container whose network it shares. */
  ContainerFacts withAddressesOf(ContainerFacts network) {
    return new ContainerFacts(
        engineId,
        status,
        new StartedContainer(started.pid(), network.started().ipAddresses(), started.details()),
        exit,
        stopSignal,
        networkOf);
  }

  private static Optional<String> networkOf(InspectContainerResponse response) {
    HostConfig host = response.getHostConfig();
    String mode = host == null ? null : host.getNetworkMode();
    return mode != null && mode.startsWith(NETWORK_OF)
        ? Optional.of(mode.substring(NETWORK_OF.length()))
        : Optional.empty();
  }

  private static Status statusOf(InspectContainerResponse.ContainerState state) {
    return switch (Objects.requireNonNullElse(state.getStatus(), "")) {
      case "created" -> Status.CREATED;
      case "exited", "dead", "removing" -> Status.ENDED;
      default -> Boolean.TRUE.equals(state.getRunning()) ? Status.RUNNING : Status.ENDED;
    };
  }

  private static StartedContainer startedOf(
      InspectContainerResponse response, String agentIp, ByteString details) {
    Long pid = response.getState().getPidLong();
    return new StartedContainer(
        pid == null || pid <= 0 ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(pid)),
        addressesOf(response, agentIp),
        details);
  }

  private static List<String> addressesOf(InspectContainerResponse response, String agentIp) {
    HostConfig host = response.getHostConfig();
    if (host != null && "host".equals(host.getNetworkMode())) {
      return List.of(agentIp);
    }
    List<String> addresses = new ArrayList<>();
    NetworkSettings settings = response.getNetworkSettings();
    Map<String, ContainerNetwork> networks = settings == null ? null : settings.getNetworks();
    if (networks != null) {
      for (ContainerNetwork network : networks.values()) {
        addIfPresent(network.getIpAddress(), addresses);
        addIfPresent(network.getGlobalIPv6Address(), addresses);
      }
    }
    return List.copyOf(addresses);
  }

  private static void addIfPresent(@Nullable String address, List<String> to) {
    if (address != null && !address.isEmpty()) {
      to.add(address);
    }
  }

  private static ContainerExit exitOf(InspectContainerResponse response) {
    InspectContainerResponse.ContainerState state = response.getState();
    Long code = state.getExitCodeLong();
    HostConfig host = response.getHostConfig();
    Long memory = host == null ? null : host.getMemory();
    return new ContainerExit(
        code == null ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(code)),
        Boolean.TRUE.equals(state.getOOMKilled()),
        memory == null || memory <= 0 || memory >= EngineLimits.UNLIMITED_MEMORY
            ? OptionalLong.empty()
            : OptionalLong.of(memory),
        Objects.requireNonNullElse(state.getError(), ""));
  }

  private static String stopSignalOf(InspectContainerResponse response) {
    Object signal =
        response.getConfig() == null ? null : response.getConfig().getRawValues().get("StopSignal");
    return signal instanceof String text && !text.isBlank() ? text : DEFAULT_STOP_SIGNAL;
  }
}
