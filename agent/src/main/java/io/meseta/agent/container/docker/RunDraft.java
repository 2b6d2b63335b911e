package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.Ulimit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link RunConfig} in the making: what several fields of a task add to. */
final class RunDraft {

  final Map<String, String> environment = new LinkedHashMap<>();
  final Map<String, String> labels = new LinkedHashMap<>();
  final HostConfig hostConfig = HostConfig.newHostConfig();
  final List<Path> directories = new ArrayList<>();
  final List<RunConfig.SecretFile> secrets = new ArrayList<>();
  final List<String> networkAliases = new ArrayList<>();
  final List<Bind> binds = new ArrayList<>();
  final List<Mount> mounts = new ArrayList<>();
  final List<String> dns = new ArrayList<>();
  final List<String> dnsSearch = new ArrayList<>();
  final List<String> dnsOptions = new ArrayList<>();
  final List<String> extraHosts = new ArrayList<>();
  final List<String> securityOptions = new ArrayList<>();
  final List<String> groups = new ArrayList<>();
  final List<Capability> capabilitiesAdded = new ArrayList<>();
  final List<Capability> capabilitiesDropped = new ArrayList<>();
  final List<Device> devices = new ArrayList<>();
  final List<Ulimit> ulimits = new ArrayList<>();
  final Map<String, String> tmpfs = new LinkedHashMap<>();
  final Map<String, String> sysctls = new LinkedHashMap<>();
  List<String> entrypoint = List.of();
  List<String> command = List.of();
  @Nullable String user;
  @Nullable String workingDirectory;
  @Nullable String hostname;
  @Nullable String stopSignal;
  @Nullable String ipv4;
  @Nullable String ipv6;

  /** Network named by a parameter; it replaces the one of the task's {@code DockerInfo}. */
  @Nullable String network;

  RunConfig build(String name, String image, boolean forcePull) {
    hostConfig
        .withBinds(binds)
        .withMounts(mounts)
        .withDns(dns)
        .withDnsSearch(dnsSearch)
        .withDnsOptions(dnsOptions)
        .withExtraHosts(extraHosts.toArray(String[]::new))
        .withSecurityOpts(securityOptions)
        .withGroupAdd(groups)
        .withCapAdd(capabilitiesAdded.toArray(Capability[]::new))
        .withCapDrop(capabilitiesDropped.toArray(Capability[]::new))
        .withDevices(devices)
        .withUlimits(ulimits)
        .withTmpFs(tmpfs)
        .withSysctls(sysctls);
    RunConfig.ProcessConfig process =
        new RunConfig.ProcessConfig(
            entrypoint,
            command,
            environment,
            Optional.ofNullable(user),
            Optional.ofNullable(workingDirectory),
            Optional.ofNullable(hostname),
            Optional.ofNullable(stopSignal));
    return new RunConfig(
        name,
        image,
        forcePull,
        process,
        labels,
        hostConfig,
        new RunConfig.Endpoint(
            Optional.ofNullable(ipv4), Optional.ofNullable(ipv6), List.copyOf(networkAliases)),
        new RunConfig.Files(List.copyOf(directories), List.copyOf(secrets)));
  }
}
