package io.meseta.agent;

import io.meseta.agent.container.CommandMark;
import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.Containerizers;
import io.meseta.agent.container.cgroup.CgroupStatistics;
import io.meseta.agent.container.docker.DockerContainerizer;
import io.meseta.agent.container.process.ProcessContainerizer;
import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.ExecutorView;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.fetch.UriFetcher;
import io.meseta.agent.http.AboutAgent;
import io.meseta.agent.http.AgentPages;
import io.meseta.agent.http.ContainerUsage;
import io.meseta.agent.http.OperatorApi;
import io.meseta.agent.http.ReadCalls;
import io.meseta.agent.http.ReadSources;
import io.meseta.agent.http.SandboxFileReader;
import io.meseta.agent.inventory.Configuration;
import io.meseta.agent.inventory.ConfigurationWatch;
import io.meseta.agent.inventory.Inventory;
import io.meseta.agent.inventory.Machine;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalException;
import io.meseta.agent.sandbox.DiskWatch;
import io.meseta.agent.sandbox.SandboxFiles;
import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.agent.session.Sessions;
import io.meseta.agent.session.ViewedContainers;
import io.meseta.api.v1.AgentInfo;
import io.meseta.common.files.FilePages;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.runtime.Verbosity;
import io.meseta.common.runtime.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent daemon: recovers what ran before from its journal, finds the leading master, offers it
 * what this machine has, and runs tasks.
 *
 * <p>Any thread may call the public methods.
 */
public final class Agent implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final int MAX_DELETIONS = 100;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Between two looks at files of the configuration whose change the system did not tell. */
  private static final Duration CONFIGURATION_INTERVAL = Duration.ofSeconds(5);

  private final CountDownLatch terminated = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Instant startedAt = Instant.now();
  private final AgentOptions options;
  private final AgentFigures figures;
  private final Optional<ConfigurationWatch> watch;
  private final ExecutorService pageMakers = Executors.newVirtualThreadPerTaskExecutor();
  private final Security security;
  private final HttpServer server;
  private final HttpClient client;
  private final Metrics metrics;
  private final AgentLoop loop;
  private final LeaderSource leaders;
  private final Sessions sessions;
  private final OperatorApi api;
  private final ThreadPoolExecutor deleting = deletingThread();
  private final UriFetcher fetcher;
  private final SandboxGc gc;
  private final Optional<DiskWatch> diskWatch;
  private final FilePages files;

  private Agent(AgentOptions options, ContainerizerFactory containerizers)
      throws IOException, JournalException {
    this.options = options;
    makeWorkDir(options.workDir);
    Inventory inventory = options.inventory.inventory(Machine.detect(options.workDir));
    Configuration configuration = inventory.read();
    if (options.inventory.recover() == InventoryFlags.Recover.CLEANUP) {
      Cleanup.run(options, containerizers);
    }
    // The journal is opened first: its lock tells that another agent uses the directory.
    Journal journal = StartingJournal.open(options.workDir, configuration);
    CommandMark.endAbandoned(options.workDir);
    security = Security.open(options.security);
    client = security.newClient();
    CompletableFuture<AgentLoop> late = new CompletableFuture<>();
    Supplier<AgentView> view = () -> late.join().view();
    CompletableFuture<HttpServer> listening = new CompletableFuture<>();
    metrics = new Metrics();
    AgentMetrics.addTo(metrics, late::join, () -> listening.join().stats());
    figures = new AgentFigures(view, this::uptime, metrics);
    fetcher = UriFetcher.open(options.fetching.options(options.workDir));
    SandboxFiles sandboxes = new SandboxFiles(options.workDir);
    files = new FilePages(sandboxes, Executors.newVirtualThreadPerTaskExecutor());
    Containerizer containerizer = containerizers.make(options, fetcher);
    sessions =
        new Sessions(
            execOf(containerizer),
            new ViewedContainers(view, new Sandboxes(options.workDir)),
            options.sessions.sessionOptions());
    ReadSources sources = sources(view);
    api =
        new OperatorApi(
            new ReadCalls(sources, Optional.of(new SandboxFileReader(sandboxes)))::answer,
            sessions,
            options.sessions.inputLimits(),
            security.callGuard());
    gc = SandboxGc.start(options.disk.gcOptions(options.workDir), () -> held(late));
    StorageFigures.addTo(figures, fetcher, gc);
    server =
        HttpServer.start(
            security.applyTo(HttpServerOptions.listeningOn(options.bindAddress())),
            new AgentPages(sources, pageMakers)
                .router(
                    metrics.page(),
                    others -> {
                      others.gate(security.gate());
                      api.addTo(others);
                      files.addTo(others);
                      others.route(
                          "/api/v1/executor",
                          (request, exchange) ->
                              late.join().executorApi().handle(request, exchange));
                    }));
    listening.complete(server);
    security.onChange(server::judgeAgain);
    loop =
        new AgentLoop(
            settings(options, describe(options, server.port(), configuration)),
            recording(options),
            journal,
            containerizer,
            execOf(containerizer),
            new AgentLoop.Peers(security.access(client), security.executors()),
            new Volumes(options.workDir, deleting),
            gc);
    late.complete(loop);
    loop.start(bootId());
    addRecoveryTime();
    diskWatch = diskWatch(options);
    leaders =
        LeaderSource.start(
            options.requiredMaster(),
            options.zkOptions(),
            leader -> loop.post(at -> new AgentEvent.LeaderChanged(at, leader)));
    watch =
        ConfigurationWatch.start(inventory, configuration, CONFIGURATION_INTERVAL, this::configure);
  }

  static AgentSettings settings(AgentOptions options, AgentInfo described) {
    return AgentSettings.defaults(described, Version.current())
        .withRegistrationBackOff(options.registrationBackoffFactor)
        .withIp(options.reachableIp())
        .withHttps(options.security.tls().isOn())
        .withKillGrace(options.executorShutdownGracePeriod)
        .withExecutors(options.executors.settings());
  }

  private ReadSources sources(Supplier<AgentView> view) {
    AboutAgent about =
        new AboutAgent(
            Version.current(),
            Version.builtAt(),
            startedAt,
            options.reachableIp().orElseGet(options::hostnameOrIp),
            options.workDir,
            options.flags());
    ContainerUsage usage =
        new ContainerUsage(view, CgroupStatistics.ofThisMachine()::of, InstantSource.system());
    return new ReadSources(about, view, figures::snapshot, usage, new Verbosity(options.logging));
  }

  private Duration uptime() {
    return Duration.between(startedAt, Instant.now());
  }

  private void addRecoveryTime() {
    double seconds = uptime().toNanos() / 1e9;
    figures.add(
        "slave/recovery_time_secs",
        "meseta.agent.recovery.seconds",
        "From the start of this process until the journal had been read",
        () -> seconds);
  }

  private void configure(Configuration changed) {
    loop.post(at ->
        new AgentEvent.ConfigurationChanged(
            at, changed.attributes(), changed.resources().toProto(ReservationFormat.REFINED)));
  }

  /**
   * Starts an agent that runs Docker containers, plain processes or both, as told; returns once it
   * listens and has read its journal.
   *
   * @throws IOException if the port or the directory cannot be used
   * @throws JournalException if another agent uses the directory, or the journal is damaged
   * @throws IllegalArgumentException if an option is wrong
   */
  public static Agent start(AgentOptions options) throws IOException, JournalException {
    return start(options, Agent::containerizers);
  }

  /**
   * The containerizers that an agent with these options has, as one. Nothing is started.
   *
   * @throws IllegalArgumentException if an option is wrong
   */
  public static Containerizers containerizers(AgentOptions options, Fetcher fetcher) {
    Map<ContainerizerKind, Containerizers.Member> members = new EnumMap<>(ContainerizerKind.class);
    for (ContainerizerKind kind : options.processes.kinds()) {
      Containerizer member =
          switch (kind) {
            case DOCKER -> new DockerContainerizer(options.dockerOptions(), fetcher);
            case PROCESS -> new ProcessContainerizer(options.processOptions(), fetcher);
          };
      members.put(kind, Containerizers.Member.of(member));
    }
    return new Containerizers(members);
  }

  /** As {@link #start(AgentOptions)}, with another way to run containers: for tests. */
  public static Agent start(AgentOptions options, ContainerizerFactory containerizers)
      throws IOException, JournalException {
    Agent agent = new Agent(options, containerizers);
    log.info(
        "Agent {} listens on {}, master at {}, work directory {}",
        Version.current(),
        agent.server.address(),
        LeaderSource.describe(options.requiredMaster()),
        options.workDir);
    return agent;
  }

  private static ContainerExec execOf(Containerizer containerizer) {
    return containerizer instanceof ContainerExec exec
        ? exec
        : ContainerExec.refusing("no command can be run in this agent's containers");
  }

  private static AgentLoop.Recording recording(AgentOptions options) {
    Optional<RecordingOptions> recording = options.recording.options();
    if (recording.isEmpty()) {
      return AgentLoop.Recording.none();
    }
    RecordingHeader header =
        RecordingHeader.here(AgentReplay.ROLE, AgentCore.class, options.flags());
    return core -> Optional.of(Recorder.start(core, AgentEvent::at, header, recording.get()));
  }

  /** What is more than it takes is deleted with the next removal. */
  private static void makeWorkDir(Path workDir) throws IOException {
    try {
      Files.createDirectories(workDir);
    } catch (IOException e) {
      throw new IOException(
          "--work_dir: "
              + workDir
              + " cannot be made ("
              + e
              + "); it has to be a directory that this user may write",
          e);
    }
  }

  private static ThreadPoolExecutor deletingThread() {
    return new ThreadPoolExecutor(
        0,
        1,
        10,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MAX_DELETIONS),
        work -> {
          Thread thread = new Thread(work, "agent-volumes");
          thread.setDaemon(true);
          return thread;
        },
        new ThreadPoolExecutor.DiscardPolicy());
  }

  private static AgentInfo describe(AgentOptions options, int port, Configuration configuration) {
    AgentInfo.Builder info =
        AgentInfo.newBuilder().setHostname(options.hostnameOrIp()).setPort(port);
    if (options.domain != null) {
      info.setDomain(options.domain);
    }
    return configuration.addTo(info).build();
  }

  static String bootId() throws IOException {
    return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown";
  }

  /** Those that the agent knows; empty before it has read its journal. */
  private static Optional<Set<ContainerId>> held(CompletableFuture<AgentLoop> loop) {
    if (!loop.isDone() || !loop.join().view().agent().hasId()) {
      return Optional.empty();
    }
    AgentView view = loop.join().view();
    return Optional.of(
        Stream.concat(
                view.tasks().stream().map(TaskView::container),
                view.executors().stream().map(ExecutorView::container))
            .collect(Collectors.toUnmodifiableSet()));
  }

  private Optional<DiskWatch> diskWatch(AgentOptions options) {
    if (!options.disk.enforcesDisk()) {
      return Optional.empty();
    }
    DiskLimits limits =
        new DiskLimits(new Sandboxes(options.workDir), new Volumes(options.workDir, deleting));
    return Optional.of(
        DiskWatch.start(
            options.disk.diskInterval(),
            () -> limits.of(loop.view()),
            (container, used, limit) ->
                loop.post(at -> new AgentEvent.DiskLimitExceeded(at, container, used, limit))));
  }

  /** What it serves, as {@link HttpServer#routes}. */
  public SortedMap<String, Set<String>> routes() {
    return server.routes();
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** What readers are shown. */
  public AgentView view() {
    return loop.view();
  }

  /** Completes, with the reason, if the agent cannot go on and has to be closed. */
  public CompletableFuture<String> failure() {
    return loop.ended();
  }

  /** Waits until {@link #close} has been called. */
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /**
   * Stops as {@code --on_stop} says: at once, or when what runs has ended, its ends are
   * acknowledged and the master knows that the agent goes. Blocks for as long as {@code
   * --on_stop_timeout}.
   */
  public void stop() {
    switch (options.inventory.onStop()) {
      case KEEP -> {}
      case DRAIN -> end(Optional.empty());
      case KILL -> end(Optional.of(Duration.ZERO));
    }
    close();
  }

  private void end(Optional<Duration> longestGrace) {
    Ending.end(
        loop,
        longestGrace,
        AgentEvent.StopOrdered.Identity.KEEP,
        options.inventory.onStopTimeout());
  }

  /**
   * Stops; containers go on, and the next agent with this work directory adopts them. Does nothing
   * the second time.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    watch.ifPresent(ConfigurationWatch::close);
    leaders.close();
    sessions.close();
    diskWatch.ifPresent(DiskWatch::close);
    files.close();
    server.close();
    api.close();
    loop.close();
    gc.close();
    fetcher.close();
    client.close();
    security.close();
    deleting.shutdownNow();
    pageMakers.shutdownNow();
    metrics.close();
    terminated.countDown();
  }
}
