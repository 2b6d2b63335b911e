package io.meseta.agent.container.docker;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.Credential;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.TaskInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The credentials for registries that a task brings along: in its image's description, or among
 * what its URIs have brought into the sandbox.
 */
final class TaskCredentials {

  /** As {@code docker} itself looks for them in a home directory. */
  private static final List<String> FILES = List.of(".docker/config.json", ".dockercfg");

  private TaskCredentials() {}

  static RegistryCredentials of(TaskInfo task, Path sandbox)
      throws UnsupportedTaskException, IOException {
    RegistryCredentials described =
        MesosContainers.isOne(task)
            ? ofImage(task.getContainer().getMesos().getImage().getDocker())
            : RegistryCredentials.NONE;
    return task.getCommand().getUrisCount() == 0 ? described : described.or(ofSandbox(sandbox));
  }

  @SuppressWarnings("deprecation") // Frameworks still set a credential.
  private static RegistryCredentials ofImage(Image.Docker image) throws UnsupportedTaskException {
    if (image.hasConfig()) {
      ByteString config = Secrets.valueOf(image.getConfig(), "image.docker.config");
      try {
        return RegistryCredentials.parse(config.toStringUtf8());
      } catch (IllegalArgumentException e) {
        throw new UnsupportedTaskException(
            "image.docker.config holds no credentials for registries: " + e.getMessage());
      }
    }
    if (image.hasCredential()) {
      Credential credential = image.getCredential();
      return RegistryCredentials.of(
          ImageReference.registryOf(image.getName()),
          credential.getPrincipal(),
          credential.getSecret());
    }
    return RegistryCredentials.NONE;
  }

  private static RegistryCredentials ofSandbox(Path sandbox) throws IOException {
    RegistryCredentials found = RegistryCredentials.NONE;
    for (String name : FILES) {
      Path file = sandbox.resolve(name);
      // What was fetched may be a link to somebody else's credentials.
      if (Files.isRegularFile(file) && file.toRealPath().startsWith(sandbox.toRealPath())) {
        found = found.or(DockerConfig.read(file));
      }
    }
    return found;
  }
}
