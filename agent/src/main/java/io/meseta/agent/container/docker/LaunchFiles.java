package io.meseta.agent.container.docker;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.UnixUsers;
import io.meseta.agent.sandbox.Volumes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What one container finds of this machine's files: its sandbox, volumes and secrets. */
final class LaunchFiles {

  private final Engine engine;
  private final ContainerSpec spec;
  private final SandboxId id;

  LaunchFiles(Engine engine, ContainerSpec spec) {
    this.engine = engine;
    this.spec = spec;
    this.id = new SandboxId(spec.agent(), spec.framework(), spec.executor(), spec.container());
  }

  /**
   * Where they are, or will be.
   *
   * @throws IllegalArgumentException if one of the ids is no name for a directory
   */
  RunContext context() throws EngineException, InterruptedException {
    DockerOptions options = engine.options();
    return new RunContext(
        sandbox(),
        spec.parent()
            .map(parent ->
                engine
                    .sandboxes()
                    .path(new SandboxId(spec.agent(), spec.framework(), spec.executor(), parent))),
        engine.secrets().directory(spec.container()),
        new RunContext.Machine(
            engine.hostMemoryBytes(),
            options.logs(),
            options.containers(),
            engine.quota().isEnforced(engine.client())),
        spec.network());
  }

  Path sandbox() {
    return engine.sandboxes().path(id);
  }

  /** The task with its persistent volumes, whose directories exist then. */
  ContainerSpec withVolumes() throws IOException {
    // Nothing is removed here.
    Volumes volumes = new Volumes(engine.options().workDir(), Runnable::run);
    return spec.withTask(volumes.mounted(spec.task()));
  }

  /** Makes all that has to exist before the container. */
  void make(RunConfig config) throws IOException {
    engine.sandboxes().create(id, spec.effectiveUser());
    for (Path directory : config.files().directories()) {
      makeDirectory(directory);
    }
    engine
        .secrets()
        .write(
            spec.container(),
            config.files().secrets(),
            config.process().user().orElse(spec.effectiveUser()));
  }

  /** As the sandbox's owner would have: plain processes of the same group may use it as well. */
  private void makeDirectory(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (Files.isDirectory(directory) || parent == null) {
      return;
    }
    makeDirectory(parent);
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      // Tasks of a group make those that they share at the same time.
      if (!Files.isDirectory(directory)) {
        throw e;
      }
      return;
    }
    Files.setAttribute(
        directory, "unix:uid", Files.getAttribute(sandbox(), "unix:uid", NOFOLLOW_LINKS));
    Files.setAttribute(
        directory, "unix:gid", Files.getAttribute(sandbox(), "unix:gid", NOFOLLOW_LINKS));
  }

  /** What the image's registry is told: the task's own credentials, or else the agent's. */
  Optional<RegistryAuth> authFor(String image) throws UnsupportedTaskException {
    try {
      return TaskCredentials.of(spec.task(), sandbox())
          .or(engine.options().pulls().credentials().credentials())
          .forImage(image);
    } catch (IOException e) {
      throw new UnsupportedTaskException("credentials for registries: " + e.getMessage());
    }
  }

  /** The numbers of the task's user on this machine; empty if it has no such user. */
  Optional<String> owner() throws IOException, InterruptedException {
    return UnixUsers.ofThisMachine()
        .find(spec.effectiveUser())
        .map(user -> user.uid() + ":" + user.gid());
  }
}
