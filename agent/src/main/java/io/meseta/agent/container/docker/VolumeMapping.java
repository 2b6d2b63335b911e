package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Driver;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PropagationMode;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.VolumeOptions;
import com.google.protobuf.ByteString;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.MountPropagation;
import io.meseta.api.v1.Parameter;
import io.meseta.api.v1.Volume;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Volumes of a task, as mounts.
 *
 * <p>A relative container path lies below the sandbox's mount, a relative host path below the
 * sandbox; neither leads out of it.
 */
final class VolumeMapping {

  /** Where a container sees its sandbox. */
  static final String SANDBOX_IN_CONTAINER = "/mnt/mesos/sandbox";

  private final ContainerInfo container;
  private final RunContext context;
  private final RunDraft draft;

  private VolumeMapping(ContainerInfo container, RunContext context, RunDraft draft) {
    this.container = container;
    this.context = context;
    this.draft = draft;
  }

  static void apply(ContainerInfo container, RunContext context, RunDraft draft)
      throws UnsupportedTaskException {
    // A mount, not a bind: executor ids may hold colons, which a bind's text form cannot.
    draft.mounts.add(
        new Mount()
            .withType(MountType.BIND)
            .withSource(context.sandbox().toString())
            .withTarget(SANDBOX_IN_CONTAINER));
    VolumeMapping mapping = new VolumeMapping(container, context, draft);
    for (Volume volume : container.getVolumesList()) {
      mapping.add(volume);
    }
  }

  /** Adds a volume as {@code docker run -v} writes it: {@code host:container[:ro|rw]}. */
  static void addFromParameter(String value, RunDraft draft) throws UnsupportedTaskException {
    Bind bind;
    try {
      bind = Bind.parse(value);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedTaskException(
          "parameter volume: '" + value + "' is not of the form host:container[:mode]");
    }
    if (bind.getPath().startsWith(".")) {
      throw new UnsupportedTaskException(
          "parameter volume: '" + value + "' names a relative host path; use volumes instead");
    }
    draft.binds.add(bind);
  }

  private void add(Volume volume) throws UnsupportedTaskException {
    String target = targetOf(volume);
    if (volume.hasImage()) {
      throw new UnsupportedTaskException("volume " + target + ": image volumes are not supported");
    }
    if (volume.hasHostPath()) {
      if (!defaultDriver().isEmpty() && !volume.getHostPath().startsWith("/")) {
        // As Mesos: with a driver, what is no path is the name of a volume of it.
        addNamed(
            volume,
            target,
            Volume.Source.DockerVolume.newBuilder().setName(volume.getHostPath()).build());
      } else {
        addHost(volume, target, volume.getHostPath(), PropagationMode.DEFAULT_MODE);
      }
      return;
    }
    Volume.Source source = volume.getSource();
    switch (source.getType()) {
      case HOST_PATH -> {
        Volume.Source.HostPath host = source.getHostPath();
        addHost(volume, target, host.getPath(), propagation(host.getMountPropagation()));
      }
      case SANDBOX_PATH -> {
        boolean parent = source.getSandboxPath().getType() == Volume.Source.SandboxPath.Type.PARENT;
        addSandbox(
            volume,
            target,
            parent ? parentSandbox(target) : context.sandbox(),
            source.getSandboxPath().getPath());
      }
      case DOCKER_VOLUME -> addNamed(volume, target, source.getDockerVolume());
      case UNKNOWN ->
          throw new UnsupportedTaskException(
              "volume " + target + " has neither host_path nor a source");
      case SECRET -> addSecret(target, source);
      case CSI_VOLUME ->
          throw new UnsupportedTaskException(
              "volume " + target + ": source CSI_VOLUME is not supported");
    }
  }

  private void addHost(Volume volume, String target, String path, PropagationMode propagation)
      throws UnsupportedTaskException {
    if (!path.startsWith("/")) {
      if (!volume.getContainerPath().startsWith("/")) {
        throw new UnsupportedTaskException(
            "volume %s:%s: host path and container path are both relative; one must be absolute"
                .formatted(path, volume.getContainerPath()));
      }
      addSandbox(volume, target, context.sandbox(), path);
    } else if (path.indexOf(':') < 0 && target.indexOf(':') < 0) {
      // A bind makes the host path where it is missing, as docker run -v does.
      draft.binds.add(
          new Bind(
              path,
              new com.github.dockerjava.api.model.Volume(target),
              readOnly(volume) ? AccessMode.ro : AccessMode.rw,
              SELContext.none,
              null,
              propagation));
    } else {
      draft.mounts.add(bindMount(volume, target, path, propagation));
    }
  }

  private Path parentSandbox(String target) throws UnsupportedTaskException {
    return context
        .parentSandbox()
        .orElseThrow(() ->
            new UnsupportedTaskException(
                "volume "
                    + target
                    + ": a sandbox path of type PARENT is for tasks of a group, which share the"
                    + " sandbox of their executor"));
  }

  private void addSandbox(Volume volume, String target, Path sandbox, String path)
      throws UnsupportedTaskException {
    Path inside = sandbox.resolve(path).normalize();
    if (path.startsWith("/") || !inside.startsWith(sandbox) || inside.equals(sandbox)) {
      throw new UnsupportedTaskException(
          "volume " + target + ": path '" + path + "' is not one inside the sandbox");
    }
    draft.directories.add(inside);
    draft.mounts.add(bindMount(volume, target, inside.toString(), PropagationMode.DEFAULT_MODE));
  }

  /** Read-only whatever the volume says: what is written would be lost with the container. */
  private void addSecret(String target, Volume.Source source) throws UnsupportedTaskException {
    ByteString value = Secrets.valueOf(source.getSecret(), "volume " + target);
    Path file = context.secrets().resolve(Integer.toString(draft.secrets.size()));
    draft.secrets.add(new RunConfig.SecretFile(file, value));
    draft.mounts.add(
        new Mount()
            .withType(MountType.BIND)
            .withSource(file.toString())
            .withTarget(target)
            .withReadOnly(true));
  }

  private void addNamed(Volume volume, String target, Volume.Source.DockerVolume source) {
    Mount mount =
        new Mount()
            .withType(MountType.VOLUME)
            .withSource(source.getName())
            .withTarget(target)
            .withReadOnly(readOnly(volume));
    String driver = source.hasDriver() ? source.getDriver() : defaultDriver();
    if (!driver.isEmpty()) {
      Map<String, String> options = new LinkedHashMap<>();
      for (Parameter option : source.getDriverOptions().getParameterList()) {
        options.put(option.getKey(), option.getValue());
      }
      mount.withVolumeOptions(
          new VolumeOptions().withDriverConfig(new Driver().withName(driver).withOptions(options)));
    }
    draft.mounts.add(mount);
  }

  @SuppressWarnings("deprecation") // Frameworks still set it.
  private String defaultDriver() {
    return container.getDocker().getVolumeDriver();
  }

  private static Mount bindMount(
      Volume volume, String target, String source, PropagationMode propagation) {
    Mount mount =
        new Mount()
            .withType(MountType.BIND)
            .withSource(source)
            .withTarget(target)
            .withReadOnly(readOnly(volume));
    BindPropagation mode = bindPropagation(propagation);
    return mode == null ? mount : mount.withBindOptions(new BindOptions().withPropagation(mode));
  }

  private static @Nullable BindPropagation bindPropagation(PropagationMode mode) {
    return switch (mode) {
      case RSLAVE -> BindPropagation.R_SLAVE;
      case RSHARED -> BindPropagation.R_SHARED;
      case DEFAULT, SHARED, SLAVE, PRIVATE, RPRIVATE -> null;
    };
  }

  private static PropagationMode propagation(MountPropagation propagation) {
    return switch (propagation.getMode()) {
      case HOST_TO_CONTAINER -> PropagationMode.RSLAVE;
      case BIDIRECTIONAL -> PropagationMode.RSHARED;
      case UNKNOWN -> PropagationMode.DEFAULT_MODE;
    };
  }

  private static String targetOf(Volume volume) throws UnsupportedTaskException {
    String path = volume.getContainerPath();
    if (path.startsWith("/")) {
      return path;
    }
    Path root = Path.of(SANDBOX_IN_CONTAINER);
    Path inside = root.resolve(path).normalize();
    if (!inside.startsWith(root) || inside.equals(root)) {
      throw new UnsupportedTaskException(
          "volume: container path '" + path + "' is not one inside the sandbox");
    }
    return inside.toString();
  }

  private static boolean readOnly(Volume volume) {
    return volume.getMode() == Volume.Mode.RO;
  }
}
