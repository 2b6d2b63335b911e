package io.meseta.agent;

import io.meseta.agent.container.docker.DockerConfig;
import io.meseta.agent.container.docker.DockerOptions;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * How Docker containers are run.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class DockerFlags {

  private static final Logger log = LoggerFactory.getLogger(DockerFlags.class);
  private static final String DEFAULT_STALL = "2mins";

  @Option(
      names = "--docker_config",
      paramLabel = "JSON|FILE",
      description =
          "Credentials for registries, as docker login keeps them: a file as"
              + " ~/.docker/config.json, or its text; a file is read anew for each pull. Default is"
              + " ~/.docker/config.json, if there is one.")
  private @Nullable String dockerConfig;

  @Option(
      names = "--docker_pull_stall_timeout",
      paramLabel = "DURATION",
      defaultValue = DEFAULT_STALL,
      converter = DurationConverter.class,
      description =
          "How long the pull of an image may show no progress before it is tried again; default"
              + " 2mins.")
  private Duration dockerPullStallTimeout = Durations.parse(DEFAULT_STALL);

  @Option(
      names = "--docker_pids_limit",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description =
          "So many processes and threads may a container have at most, also one whose own"
              + " pids-limit parameter is higher; default 0, no limit.")
  private long dockerPidsLimit;

  /** See {@code --docker_config}. */
  public DockerFlags dockerConfig(String jsonOrPath) {
    dockerConfig = jsonOrPath;
    return this;
  }

  /** See {@code --docker_pull_stall_timeout}. */
  public DockerFlags dockerPullStallTimeout(Duration timeout) {
    dockerPullStallTimeout = timeout;
    return this;
  }

  /** See {@code --docker_pids_limit}. */
  public DockerFlags dockerPidsLimit(long limit) {
    dockerPidsLimit = limit;
    return this;
  }

  /**
   * The options with these, and with what is said about disk.
   *
   * @throws IllegalArgumentException if one cannot be right
   */
  DockerOptions applyTo(DockerOptions options, DiskFlags disk) {
    if (dockerPidsLimit < 0) {
      throw new IllegalArgumentException(
          "--docker_pids_limit is " + dockerPidsLimit + "; it must not be negative");
    }
    if (dockerPullStallTimeout.isZero() || dockerPullStallTimeout.isNegative()) {
      throw new IllegalArgumentException("--docker_pull_stall_timeout must be positive");
    }
    return options
        .withPulls(options.pulls().withStall(dockerPullStallTimeout).withCredentials(credentials()))
        .withContainers(
            options.containers().withDiskQuota(disk.enforcesDisk()).withPidsLimit(dockerPidsLimit));
  }

  private DockerConfig credentials() {
    if (dockerConfig != null) {
      return DockerConfig.of(dockerConfig);
    }
    Path ofHome = Path.of(System.getProperty("user.home", "/"), ".docker", "config.json");
    if (!Files.isReadable(ofHome)) {
      return DockerConfig.NONE;
    }
    try {
      return DockerConfig.of(ofHome.toString());
    } catch (IllegalArgumentException e) {
      // Nobody has asked for it: it may be meant for other programs.
      log.warn("{}; images are pulled without credentials", e.getMessage());
      return DockerConfig.NONE;
    }
  }

  /** Adds them as pages show them; credentials are left out. */
  public void addTo(Map<String, String> flags) {
    if (dockerConfig != null) {
      flags.put("docker_config", credentials().toString());
    }
    flags.put("docker_pull_stall_timeout", Durations.print(dockerPullStallTimeout));
    flags.put("docker_pids_limit", Long.toString(dockerPidsLimit));
  }
}
