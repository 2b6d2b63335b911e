package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.UnixUsers;
import io.meseta.agent.sandbox.Volumes;
import java.io.IOException;
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
        spec.networkOf());
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
      Files.createDirectories(directory);
    }
    engine
        .secrets()
        .write(
            spec.container(),
            config.files().secrets(),
            config.process().user().orElse(spec.effectiveUser()));
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
