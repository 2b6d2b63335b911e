package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Ulimit;
import io.meseta.api.v1.CapabilityInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.LinuxInfo;
import io.meseta.api.v1.RLimitInfo;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** {@code linux_info} and {@code rlimit_info}: what the kernel lets the processes of a task do. */
final class LinuxMapping {

  private static final long SHM_UNIT = 1024L * 1024;

  private LinuxMapping() {}

  static void apply(ContainerInfo container, RunDraft draft) throws UnsupportedTaskException {
    LinuxInfo linux = container.getLinuxInfo();
    capabilities(linux, draft);
    namespaces(linux, draft);
    if (linux.hasSeccomp()) {
      if (linux.getSeccomp().hasProfileName()) {
        throw new UnsupportedTaskException(
            "linux_info.seccomp.profile_name is not supported: there is the engine's own profile,"
                + " and none (unconfined)");
      }
      if (linux.getSeccomp().getUnconfined()) {
        draft.securityOptions.add("seccomp=unconfined");
      }
    }
    for (RLimitInfo.RLimit limit : container.getRlimitInfo().getRlimitsList()) {
      draft.ulimits.add(ulimit(limit));
    }
  }

  private static void namespaces(LinuxInfo linux, RunDraft draft) throws UnsupportedTaskException {
    if (linux.getSharePidNamespace()) {
      draft.hostConfig.withPidMode("host");
    }
    switch (linux.getIpcMode()) {
      case PRIVATE -> draft.hostConfig.withIpcMode("private");
      case SHARE_PARENT -> {
        if (linux.hasShmSize()) {
          throw new UnsupportedTaskException(
              "linux_info.shm_size contradicts ipc_mode SHARE_PARENT: the host's size is shared");
        }
        draft.hostConfig.withIpcMode("host");
      }
      case UNKNOWN -> {
        // The engine's default, which is private.
      }
    }
    if (linux.hasShmSize()) {
      draft.hostConfig.withShmSize(linux.getShmSize() * SHM_UNIT);
    }
  }

  /** The engine knows one set, which bounds what processes get and is what root has. */
  @SuppressWarnings("deprecation") // Frameworks still set capability_info.
  private static void capabilities(LinuxInfo linux, RunDraft draft)
      throws UnsupportedTaskException {
    boolean bounded = linux.hasBoundingCapabilities();
    boolean effective = linux.hasEffectiveCapabilities() || linux.hasCapabilityInfo();
    if (!bounded && !effective) {
      return;
    }
    Set<Capability> bounding = capabilities(linux.getBoundingCapabilities());
    Set<Capability> wanted =
        effective
            ? capabilities(
                linux.hasEffectiveCapabilities()
                    ? linux.getEffectiveCapabilities()
                    : linux.getCapabilityInfo())
            : bounding;
    if (bounded && !bounding.containsAll(wanted)) {
      throw new UnsupportedTaskException(
          "linux_info.effective_capabilities are more than bounding_capabilities");
    }
    draft.capabilitiesDropped.add(Capability.ALL);
    draft.capabilitiesAdded.addAll(wanted);
  }

  private static Set<Capability> capabilities(CapabilityInfo info) throws UnsupportedTaskException {
    Set<Capability> all = new LinkedHashSet<>();
    for (CapabilityInfo.Capability capability : info.getCapabilitiesList()) {
      all.add(ParameterMapping.capability(capability.name()));
    }
    return all;
  }

  private static Ulimit ulimit(RLimitInfo.RLimit limit) throws UnsupportedTaskException {
    if (limit.getType() == RLimitInfo.RLimit.Type.UNKNOWN
        || limit.getType() == RLimitInfo.RLimit.Type.RLMT_AS) {
      throw new UnsupportedTaskException(
          "rlimit_info: " + limit.getType() + " is not supported by Docker");
    }
    String name = limit.getType().name().substring("RLMT_".length()).toLowerCase(Locale.ROOT);
    return new Ulimit(
        name, limit.hasSoft() ? limit.getSoft() : -1L, limit.hasHard() ? limit.getHard() : -1L);
  }
}
