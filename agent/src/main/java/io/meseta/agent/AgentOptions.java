package io.meseta.agent;

import io.meseta.agent.container.docker.DockerOptions;
import io.meseta.agent.container.process.ProcessOptions;
import io.meseta.api.v1.DomainInfo;
import io.meseta.common.config.Bytes;
import io.meseta.common.config.Domains;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import io.meseta.common.config.ListenOptions;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.recording.RecordingFlags;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What an agent is told, named as Mesos names it where the meaning is the same.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class AgentOptions {

  private static final Logger log = LoggerFactory.getLogger(AgentOptions.class);

  @Option(
      names = "--master",
      required = true,
      paramLabel = "zk://HOST:PORT,…/PATH | HOST:PORT",
      description =
          "Where the leader is found: zk://[user:password@]host:port,…/path, or one master's"
              + " host:port, or file:///FILE with that in it, which keeps a password off the command"
              + " line.")
  @Nullable String master;

  @Mixin private ListenOptions listen = new ListenOptions(5051);

  @Option(
      names = "--hostname",
      paramLabel = "NAME",
      description = "Name under which frameworks reach this agent; default is the --ip.")
  @Nullable String hostname;

  @Option(
      names = "--work_dir",
      paramLabel = "DIRECTORY",
      defaultValue = "/var/lib/meseta/agent",
      description = "Where the journal and the sandboxes are; default ${DEFAULT-VALUE}.")
  Path workDir = Path.of("/var/lib/meseta/agent");

  @Option(
      names = "--domain",
      paramLabel = "JSON|FILE",
      converter = Domains.class,
      description =
          "Region and zone in which this agent runs, as {\"fault_domain\": {\"region\": {\"name\":"
              + " …}, \"zone\": {\"name\": …}}}, or a file with that; masters need one too.")
  @Nullable DomainInfo domain;

  @Option(
      names = "--docker_host",
      paramLabel = "URI",
      description =
          "Where the Docker engine listens; default is $DOCKER_HOST, or"
              + " unix:///var/run/docker.sock.")
  @Nullable URI dockerHost;

  @Option(
      names = "--executor_shutdown_grace_period",
      paramLabel = "DURATION",
      defaultValue = "5secs",
      converter = DurationConverter.class,
      description =
          "Between asking a task to end and ending it by force, where neither the kill nor the"
              + " task says; default 5secs.")
  Duration executorShutdownGracePeriod = Duration.ofSeconds(5);

  @Option(
      names = "--zk_session_timeout",
      paramLabel = "DURATION",
      defaultValue = "8secs",
      converter = DurationConverter.class,
      description = "ZooKeeper session timeout; default 8secs.")
  Duration zkSessionTimeout = ZkOptions.DEFAULT.sessionTimeout();

  @Mixin final DockerFlags docker = new DockerFlags();

  @Mixin final SandboxFlags sandbox = new SandboxFlags();

  @Mixin final ProcessFlags processes = new ProcessFlags();

  @Mixin final RecordingFlags recording = new RecordingFlags();

  @Mixin final SessionFlags sessions = new SessionFlags();

  @Mixin final ExecutorFlags executors = new ExecutorFlags();

  @Mixin final FetcherFlags fetching = new FetcherFlags();

  @Mixin final DiskFlags disk = new DiskFlags();

  @Mixin final InventoryFlags inventory = new InventoryFlags();

  @Mixin final SecurityFlags security = new SecurityFlags();

  @Option(
      names = "--registration_backoff_factor",
      paramLabel = "DURATION",
      defaultValue = "1secs",
      converter = DurationConverter.class,
      description =
          "Over so long agents spread their registrations with a new leader; each attempt that fails"
              + " doubles it, up to 15secs; 0secs goes at once; default 1secs.")
  Duration registrationBackoffFactor = Duration.ofSeconds(1);

  /** Not a flag: see {@link #logging}. */
  Optional<IntConsumer> logging = Optional.empty();

  public AgentOptions master(String where) {
    master = where;
    return this;
  }

  public AgentOptions ip(String address) {
    listen.ip(address);
    return this;
  }

  /** 0 takes a free port. */
  public AgentOptions port(int number) {
    listen.port(number);
    return this;
  }

  public AgentOptions hostname(String name) {
    hostname = name;
    return this;
  }

  public AgentOptions workDir(Path directory) {
    workDir = directory;
    return this;
  }

  public AgentOptions resources(String text) {
    inventory.resources(text);
    return this;
  }

  public AgentOptions attributes(String text) {
    inventory.attributes(text);
    return this;
  }

  /** What the machine has, and what becomes of tasks when the agent starts and stops. */
  public InventoryFlags inventory() {
    return inventory;
  }

  /**
   * Lets operators set how much is logged while the agent runs: 0 is the usual, more is said with
   * every number. Without it they cannot.
   */
  public AgentOptions logging(IntConsumer control) {
    logging = Optional.of(control);
    return this;
  }

  public AgentOptions dockerHost(URI uri) {
    dockerHost = uri;
    return this;
  }

  /** See {@code --containerizers}: docker, process or both. */
  public AgentOptions containerizers(String names) {
    processes.containerizers(names);
    return this;
  }

  /** See {@code --cgroups_root}. */
  public AgentOptions cgroupsRoot(String name) {
    processes.cgroupsRoot(name);
    return this;
  }

  public AgentOptions zkSessionTimeout(Duration timeout) {
    zkSessionTimeout = timeout;
    return this;
  }

  /**
   * Records every event; see {@code --record}, {@code --record_file_size}, {@code --record_files}.
   */
  public AgentOptions record(Path directory, Bytes fileSize, int files) {
    recording.record(directory, fileSize, files);
    return this;
  }

  /** What is said about commands inside containers, to be changed. */
  public SessionFlags sessions() {
    return sessions;
  }

  /** How URIs are fetched, to be set further. */
  public FetcherFlags fetching() {
    return fetching;
  }

  /** How long sandboxes are kept and what may be in them, to be set further. */
  public DiskFlags disk() {
    return disk;
  }

  /** Who may ask this agent, and how it proves to masters who it is; to be set further. */
  public SecurityFlags security() {
    return security;
  }

  InetSocketAddress bindAddress() {
    return listen.bindAddress();
  }

  /**
   * The address at which others reach the agent: the one that it listens on, or, where that is any
   * address, the one that this machine's name stands for. Empty if nobody knows.
   */
  Optional<String> reachableIp() {
    InetAddress listening = bindAddress().getAddress();
    if (!listening.isAnyLocalAddress()) {
      return Optional.of(listening.getHostAddress());
    }
    try {
      InetAddress named =
          hostname == null ? InetAddress.getLocalHost() : InetAddress.getByName(hostname);
      return Optional.of(named.getHostAddress());
    } catch (UnknownHostException e) {
      log.warn(
          "The address of this agent is not known ({}); frameworks are told its hostname instead."
              + " Give --ip an address of this machine",
          e.getMessage());
      return Optional.empty();
    }
  }

  String hostnameOrIp() {
    return hostname == null ? listen.ip() : hostname;
  }

  ZkOptions zkOptions() {
    return ZkOptions.DEFAULT.withSessionTimeout(zkSessionTimeout);
  }

  String requiredMaster() {
    if (master == null || master.isBlank()) {
      throw new IllegalArgumentException(
          "an agent needs --master=zk://host:port/path, or --master=host:port");
    }
    return master;
  }

  DockerOptions dockerOptions() {
    return docker.applyTo(
        DockerOptions.defaults(workDir, reachableIp().orElse(listen.ip()))
            .withHost(engine())
            .withLogs(DockerOptions.Logs.defaults().withSandbox(sandbox.logLimits())),
        disk);
  }

  ProcessOptions processOptions() {
    return processes.processOptions(
        workDir, reachableIp().orElse(listen.ip()), sandbox.logLimits());
  }

  private URI engine() {
    if (dockerHost != null) {
      return requireEngine("--docker_host", dockerHost.toString());
    }
    String environment = System.getenv("DOCKER_HOST");
    return environment == null || environment.isBlank()
        ? DockerOptions.DEFAULT_HOST
        : requireEngine("$DOCKER_HOST", environment);
  }

  private static URI requireEngine(String where, String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      boolean complete =
          "unix".equals(scheme)
              ? uri.getPath() != null && uri.getPath().length() > 1
              : "tcp".equals(scheme) && uri.getHost() != null;
      if (complete) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(where + ": '" + text + "' is no URI: " + e.getReason(), e);
    }
    throw new IllegalArgumentException(
        where + ": '" + text + "' is not where an engine listens: unix:///path or tcp://host:port");
  }

  /** As pages show them; a password in the master's URL is left out. */
  Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    flags.put("master", LeaderSource.describe(requiredMaster()));
    listen.addTo(flags);
    flags.put("hostname", hostnameOrIp());
    flags.put("work_dir", workDir.toString());
    flags.put("docker_host", engine().toString());
    inventory.addTo(flags);
    if (domain != null) {
      flags.put("domain", Domains.print(domain));
    }
    flags.put("executor_shutdown_grace_period", Durations.print(executorShutdownGracePeriod));
    flags.put("zk_session_timeout", Durations.print(zkSessionTimeout));
    flags.put("registration_backoff_factor", Durations.print(registrationBackoffFactor));
    docker.addTo(flags);
    sandbox.addTo(flags);
    processes.addTo(flags);
    recording.addTo(flags);
    sessions.addTo(flags);
    executors.addTo(flags);
    fetching.addTo(flags, workDir);
    disk.addTo(flags);
    security.addTo(flags);
    return flags;
  }
}
