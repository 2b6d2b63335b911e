package io.meseta.master;

import io.meseta.api.v1.DomainInfo;
import io.meseta.common.config.Bytes;
import io.meseta.common.config.BytesConverter;
import io.meseta.common.config.Domains;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import io.meseta.common.config.ListenOptions;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.recording.RecordingFlags;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.AllocationOrder;
import io.meseta.master.allocation.constraints.ConstraintLimits;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.core.RateLimit;
import io.meseta.master.core.RegistryLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a master is told, named as Mesos names it where the meaning is the same.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class MasterOptions {
  private static final String DEFAULT_MIN_ALLOCATABLE = "cpus:0.01|mem:32";

  @Mixin final ZooKeeperFlags zooKeeper = new ZooKeeperFlags();

  @Mixin private ListenOptions listen = new ListenOptions(5050);

  @Option(
      names = "--hostname",
      paramLabel = "NAME",
      description = "Name under which clients and agents reach this master; default is the --ip.")
  @Nullable String hostname;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Name of the cluster, shown on pages.")
  @Nullable String cluster;

  @Option(
      names = "--domain",
      paramLabel = "JSON|FILE",
      converter = Domains.class,
      description =
          "Region and zone in which this master runs, as {\"fault_domain\": {\"region\": {\"name\":"
              + " …}, \"zone\": {\"name\": …}}}, or a file with that. Agents of other regions are"
              + " offered only to frameworks with the capability REGION_AWARE.")
  @Nullable DomainInfo domain;

  @Option(
      names = "--zk_session_timeout",
      paramLabel = "DURATION",
      defaultValue = "8secs",
      converter = DurationConverter.class,
      description = "After so long without contact a leader counts as dead; default 8secs.")
  Duration zkSessionTimeout = ZkOptions.DEFAULT.sessionTimeout();

  @Option(
      names = "--allocation_interval",
      paramLabel = "DURATION",
      defaultValue = "1secs",
      converter = DurationConverter.class,
      description = "Between two regular allocations; default 1secs.")
  Duration allocationInterval = MasterSettings.DEFAULTS.allocationInterval();

  @Option(
      names = "--allocation_order",
      paramLabel = "spread|pack",
      defaultValue = "spread",
      description =
          "Which agents are offered first, to who is first in line: spread is those of which least"
              + " is in use, so that load spreads; pack is those of which most is in use, so that"
              + " some stay empty; default spread.")
  String allocationOrder = "spread";

  @Option(
      names = "--offer_timeout",
      paramLabel = "DURATION",
      defaultValue = "1mins",
      converter = DurationConverter.class,
      description =
          "An offer that is not answered for so long is rescinded; 0secs is never; default 1mins.")
  Duration offerTimeout = MasterSettings.DEFAULTS.offerTimeout().orElse(Duration.ZERO);

  @Option(
      names = "--max_offers_per_framework",
      paramLabel = "auto|NUMBER",
      defaultValue = "auto",
      description =
          "So many offers may wait for one framework's answer; it gets no more meanwhile. 0 is no"
              + " cap; auto is half of the agents, at least 16, while others want offers; default"
              + " auto.")
  String maxOffersPerFramework = "auto";

  @Option(
      names = "--min_allocatable_resources",
      paramLabel = "AMOUNTS|AMOUNTS",
      defaultValue = DEFAULT_MIN_ALLOCATABLE,
      description =
          "An offer has to contain any one of these, as in cpus:1;mem:64|gpus:1; empty is any"
              + " offer; default ${DEFAULT-VALUE}. Frameworks may say otherwise for themselves.")
  String minAllocatableResources = DEFAULT_MIN_ALLOCATABLE;

  @Option(
      names = "--agent_removal_rate_limit",
      paramLabel = "NUMBER/DURATION",
      description =
          "So many silent agents become unreachable in such a time, as in 1/10mins; one that"
              + " answers meanwhile stays. Default is no limit.")
  @Nullable String agentRemovalRateLimit;

  @Option(
      names = "--registry_gc_interval",
      paramLabel = "DURATION",
      defaultValue = "15mins",
      converter = DurationConverter.class,
      description = "Between two looks for agents that the registry may forget; default 15mins.")
  Duration registryGcInterval = RegistryLimits.DEFAULTS.cleaningInterval();

  @Option(
      names = "--registry_max_agent_age",
      paramLabel = "DURATION",
      defaultValue = "2weeks",
      converter = DurationConverter.class,
      description = "Unreachable and gone agents are forgotten after this; default 2weeks.")
  Duration registryMaxAgentAge = RegistryLimits.DEFAULTS.maxAgentAge();

  @Option(
      names = "--registry_max_agent_count",
      paramLabel = "NUMBER",
      defaultValue = "102400",
      description =
          "So many unreachable agents are kept, and so many gone ones, the newest; default 102400.")
  int registryMaxAgentCount = RegistryLimits.DEFAULTS.maxAgentCount();

  @Option(
      names = "--registry_max_completed_frameworks",
      paramLabel = "NUMBER",
      defaultValue = "102400",
      description = "So many ended frameworks are refused when they come back; default 102400.")
  int registryMaxCompletedFrameworks = RegistryLimits.DEFAULTS.maxCompletedFrameworks();

  @Option(
      names = "--agent_ping_timeout",
      paramLabel = "DURATION",
      defaultValue = "15secs",
      converter = DurationConverter.class,
      description = "Between two pings of an agent; default 15secs.")
  Duration agentPingTimeout = MasterSettings.DEFAULTS.agentPingTimeout();

  @Option(
      names = "--max_agent_ping_timeouts",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "So many unanswered pings make an agent unreachable; default 5.")
  int maxAgentPingTimeouts = MasterSettings.DEFAULTS.maxAgentPingTimeouts();

  @Option(
      names = "--agent_reregister_timeout",
      paramLabel = "DURATION",
      defaultValue = "10mins",
      converter = DurationConverter.class,
      description = "How long agents and frameworks may take to find a new leader; default 10mins.")
  Duration agentReregisterTimeout = MasterSettings.DEFAULTS.agentReregisterTimeout();

  @Option(
      names = "--recovery_agent_removal_limit",
      paramLabel = "PERCENT",
      defaultValue = "100%",
      converter = PercentConverter.class,
      description =
          "If more than this part of the agents does not find a new leader in time, none of them"
              + " becomes unreachable: it waits on, and says so; default 100%%.")
  int recoveryAgentRemovalLimit = MasterSettings.DEFAULTS.recoveryAgentRemovalLimitPercent();

  @Option(
      names = "--max_completed_frameworks",
      paramLabel = "NUMBER",
      defaultValue = "50",
      description = "Ended frameworks that are shown with their tasks; default 50.")
  int maxCompletedFrameworks = MasterSettings.DEFAULTS.maxCompletedFrameworks();

  @Option(
      names = "--max_completed_tasks_per_framework",
      paramLabel = "NUMBER",
      defaultValue = "1000",
      description = "Ended tasks that are remembered per framework; default 1000.")
  int maxCompletedTasksPerFramework = MasterSettings.DEFAULTS.maxCompletedTasksPerFramework();

  @Option(
      names = "--root_submissions",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Whether frameworks may run tasks as root; default true.")
  boolean rootSubmissions = true;

  @Option(
      names = "--offer_constraints_re2_max_mem",
      paramLabel = "SIZE",
      defaultValue = "4KB",
      converter = BytesConverter.class,
      description =
          "A regular expression in a framework's offer constraints may take so much memory; default"
              + " 4KB.")
  Bytes offerConstraintsMaxMem = new Bytes(ConstraintLimits.DEFAULTS.maxRegexBytes());

  @Option(
      names = "--offer_constraints_re2_max_program_size",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description =
          "A regular expression in a framework's offer constraints may have so many instructions"
              + " when it is compiled; default 100.")
  int offerConstraintsMaxProgramSize = ConstraintLimits.DEFAULTS.maxProgramSize();

  @Mixin final RecordingFlags recording = new RecordingFlags();

  @Mixin final SecurityFlags security = new SecurityFlags();

  @Mixin final LogFileFlags logFile = new LogFileFlags();

  @Mixin final FeedFlags feed = new FeedFlags();

  /** Not a flag: see {@link #logging}. */
  Optional<IntConsumer> logging = Optional.empty();

  /** See {@code --zk}. */
  public MasterOptions zk(String url) {
    zooKeeper.zk(url);
    return this;
  }

  /** See {@code --embedded_zk}, {@code --work_dir} and {@code --embedded_zk_port}. */
  public MasterOptions embeddedZk(Path workDir, int port) {
    zooKeeper.embedded(workDir, port);
    return this;
  }

  /** Whether ZooKeeper runs in the master's own process. */
  public boolean hasEmbeddedZk() {
    return zooKeeper.embedded();
  }

  /** What keeps a master from starting with these options, in words for its operator. */
  public Optional<String> problem() {
    return zooKeeper.problem();
  }

  public MasterOptions ip(String address) {
    listen.ip(address);
    return this;
  }

  /** 0 takes a free port. */
  public MasterOptions port(int number) {
    listen.port(number);
    return this;
  }

  public MasterOptions hostname(String name) {
    hostname = name;
    return this;
  }

  public MasterOptions zkSessionTimeout(Duration timeout) {
    zkSessionTimeout = timeout;
    return this;
  }

  public MasterOptions agentPingTimeout(Duration timeout) {
    agentPingTimeout = timeout;
    return this;
  }

  public MasterOptions offerTimeout(Duration timeout) {
    offerTimeout = timeout;
    return this;
  }

  public MasterOptions allocationInterval(Duration interval) {
    allocationInterval = interval;
    return this;
  }

  /**
   * Records every event; see {@code --record}, {@code --record_file_size}, {@code --record_files}.
   */
  public MasterOptions record(Path directory, Bytes fileSize, int files) {
    recording.record(directory, fileSize, files);
    return this;
  }

  /**
   * Lets operators set how much is logged while the master runs: 0 is the usual, more is said with
   * every number. Without it they cannot.
   */
  public MasterOptions logging(IntConsumer control) {
    logging = Optional.of(control);
    return this;
  }

  /** See {@code --external_log_file}. */
  public MasterOptions externalLogFile(Path file) {
    logFile.externalLogFile = file;
    return this;
  }

  /** The file to which the program that runs the master is to log, if one is wanted. */
  public Optional<Path> writtenLogFile() {
    return logFile.written();
  }

  ZkOptions zkOptions() {
    return ZkOptions.DEFAULT.withSessionTimeout(zkSessionTimeout);
  }

  InetSocketAddress bindAddress() {
    return listen.bindAddress();
  }

  String hostnameOrIp() {
    return hostname == null ? listen.ip() : hostname;
  }

  Optional<DomainInfo> domain() {
    return Optional.ofNullable(domain);
  }

  MasterSettings settings() {
    return new MasterSettings(
        allocationInterval,
        offerTimeout.isZero() ? Optional.empty() : Optional.of(offerTimeout),
        maxOpenOffers(),
        minAllocatable(),
        allocationOrder(),
        MasterSettings.DEFAULTS.heartbeatInterval(),
        agentPingTimeout,
        maxAgentPingTimeouts,
        agentReregisterTimeout,
        Optional.ofNullable(agentRemovalRateLimit).map(RateLimit::parse),
        maxCompletedFrameworks,
        maxCompletedTasksPerFramework,
        rootSubmissions,
        new ConstraintLimits(offerConstraintsMaxMem.count(), offerConstraintsMaxProgramSize),
        registryLimits(),
        recoveryAgentRemovalLimit,
        security.authorizer());
  }

  /** Who may ask this master, and what; to be set further. */
  public SecurityFlags security() {
    return security;
  }

  /** As {@link io.meseta.master.allocation.AllocationOptions} has it, where 0 is automatic. */
  private int maxOpenOffers() {
    if (maxOffersPerFramework.equals("auto")) {
      return 0;
    }
    if (!maxOffersPerFramework.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "--max_offers_per_framework is 'auto' or a number, not '" + maxOffersPerFramework + "'");
    }
    int number = Integer.parseInt(maxOffersPerFramework);
    return number == 0 ? Integer.MAX_VALUE : number;
  }

  private List<Quantities> minAllocatable() {
    try {
      return AllocationOptions.parseMinAllocatable(minAllocatableResources);
    } catch (ResourceException e) {
      throw new IllegalArgumentException("--min_allocatable_resources: " + e.getMessage(), e);
    }
  }

  private AllocationOrder allocationOrder() {
    return switch (allocationOrder) {
      case "spread" -> AllocationOrder.SPREAD;
      case "pack" -> AllocationOrder.PACK;
      default ->
          throw new IllegalArgumentException(
              "--allocation_order is 'spread' or 'pack', not '" + allocationOrder + "'");
    };
  }

  private RegistryLimits registryLimits() {
    if (registryGcInterval.isZero()) {
      throw new IllegalArgumentException("--registry_gc_interval must be longer than nothing");
    }
    if (registryMaxAgentCount < 0 || registryMaxCompletedFrameworks < 0) {
      throw new IllegalArgumentException("--registry_max_… numbers cannot be negative");
    }
    return new RegistryLimits(
        registryGcInterval,
        registryMaxAgentAge,
        registryMaxAgentCount,
        registryMaxCompletedFrameworks);
  }

  /** As pages show them; a password in the ZooKeeper URL is left out. */
  Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    zooKeeper.addTo(flags);
    listen.addTo(flags);
    flags.put("hostname", hostnameOrIp());
    if (cluster != null) {
      flags.put("cluster", cluster);
    }
    if (domain != null) {
      flags.put("domain", Domains.print(domain));
    }
    logFile.addTo(flags);
    flags.put("zk_session_timeout", Durations.print(zkSessionTimeout));
    flags.put("allocation_interval", Durations.print(allocationInterval));
    flags.put("allocation_order", allocationOrder);
    flags.put("offer_timeout", Durations.print(offerTimeout));
    flags.put("max_offers_per_framework", maxOffersPerFramework);
    flags.put("min_allocatable_resources", minAllocatableResources);
    if (agentRemovalRateLimit != null) {
      flags.put("agent_removal_rate_limit", agentRemovalRateLimit);
    }
    flags.put("registry_gc_interval", Durations.print(registryGcInterval));
    flags.put("registry_max_agent_age", Durations.print(registryMaxAgentAge));
    flags.put("registry_max_agent_count", Integer.toString(registryMaxAgentCount));
    flags.put(
        "registry_max_completed_frameworks", Integer.toString(registryMaxCompletedFrameworks));
    flags.put("agent_ping_timeout", Durations.print(agentPingTimeout));
    flags.put("max_agent_ping_timeouts", Integer.toString(maxAgentPingTimeouts));
    flags.put("agent_reregister_timeout", Durations.print(agentReregisterTimeout));
    flags.put("recovery_agent_removal_limit", recoveryAgentRemovalLimit + "%");
    flags.put("max_completed_frameworks", Integer.toString(maxCompletedFrameworks));
    flags.put("max_completed_tasks_per_framework", Integer.toString(maxCompletedTasksPerFramework));
    flags.put("root_submissions", Boolean.toString(rootSubmissions));
    flags.put("offer_constraints_re2_max_mem", offerConstraintsMaxMem.toString());
    flags.put(
        "offer_constraints_re2_max_program_size", Integer.toString(offerConstraintsMaxProgramSize));
    recording.addTo(flags);
    feed.addTo(flags);
    security.addTo(flags);
    return flags;
  }
}
