package io.meseta.agent.container.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where credentials for registries are: a text or a file as {@code ~/.docker/config.json}. A file
 * is read anew for each pull, as short-lived credentials are replaced in it. Immutable.
 */
public final class DockerConfig {

  /** No credentials. */
  public static final DockerConfig NONE = new DockerConfig("{}");

  private static final String FILE_SCHEME = "file://";
  private static final long MAX_BYTES = 1024 * 1024;

  private final String source;

  private DockerConfig(String source) {
    this.source = source;
  }

  /**
   * From what an operator gives: JSON, or the path of a file with JSON.
   *
   * @throws IllegalArgumentException if it holds none, with a message for the operator
   */
  public static DockerConfig of(String jsonOrPath) {
    DockerConfig config = new DockerConfig(jsonOrPath.strip());
    try {
      config.credentials();
    } catch (IOException e) {
      throw new IllegalArgumentException("--docker_config: " + e.getMessage(), e);
    }
    return config;
  }

  /**
   * The credentials as they are now.
   *
   * @throws IOException if there are none to be had; the message says why, and holds no secret
   */
  RegistryCredentials credentials() throws IOException {
    return isText() ? parse(source, "the JSON given") : read(path());
  }

  private boolean isText() {
    return source.startsWith("{");
  }

  private Path path() {
    return Path.of(
        source.startsWith(FILE_SCHEME) ? source.substring(FILE_SCHEME.length()) : source);
  }

  /** Reads a file of a reasonable size. */
  static RegistryCredentials read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + " cannot be read");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is too large for credentials");
    }
    return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
  }

  private static RegistryCredentials parse(String text, String where) throws IOException {
    try {
      return RegistryCredentials.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + " holds no credentials for registries: " + e.getMessage(), e);
    }
  }

  /** As pages may show it: where it is, not what it is. */
  @Override
  public String toString() {
    return isText() ? "(JSON)" : path().toString();
  }
}
