package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Map;
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

  /**
   * The numbers of the user who owns the sandbox, by which an image that does not know the name can
   * run its process.
   *
   * @throws UnsupportedTaskException if this machine has no such user
   */
  String owner() throws IOException, UnsupportedTaskException {
    Path sandbox = sandbox();
    String user = spec.effectiveUser();
    try {
      sandbox.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
    } catch (UserPrincipalNotFoundException e) {
      throw new UnsupportedTaskException("this machine has no user '" + user + "'");
    }
    Map<String, Object> numbers =
        Files.readAttributes(sandbox, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
    return numbers.get("uid") + ":" + numbers.get("gid");
  }
}
