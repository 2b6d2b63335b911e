package io.meseta.agent;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.Containerizers;
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
import io.meseta.agent.http.AgentPages;
import io.meseta.agent.http.FilePages;
import io.meseta.agent.http.OperatorApi;
import io.meseta.agent.inventory.Attributes;
import io.meseta.agent.inventory.DetectedResources;
import io.meseta.agent.inventory.Machine;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalException;
import io.meseta.agent.journal.SqliteJournal;
import io.meseta.agent.sandbox.DiskWatch;
import io.meseta.agent.sandbox.SandboxFiles;
import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.agent.session.Sessions;
import io.meseta.agent.session.ViewedContainers;
import io.meseta.api.v1.AgentInfo;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

  private final CountDownLatch terminated = new CountDownLatch(1);
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
    Files.createDirectories(options.workDir);
    // The journal is opened first: its lock tells that another agent uses the directory.
    Journal journal = SqliteJournal.open(SqliteJournal.Options.in(options.workDir));
    client = new HttpClient(HttpClientOptions.defaults());
    CompletableFuture<AgentLoop> late = new CompletableFuture<>();
    CompletableFuture<HttpServer> listening = new CompletableFuture<>();
    metrics = AgentMetrics.create(late::join, () -> listening.join().stats());
    fetcher = UriFetcher.open(options.fetching.options(options.workDir));
    files = new FilePages(new SandboxFiles(options.workDir));
    Containerizer containerizer = containerizers.make(options, fetcher);
    sessions =
        new Sessions(
            execOf(containerizer),
            new ViewedContainers(() -> late.join().view(), new Sandboxes(options.workDir)),
            options.sessions.sessionOptions());
    api = new OperatorApi(call -> Optional.empty(), sessions, options.sessions.inputLimits());
    gc = SandboxGc.start(options.disk.gcOptions(options.workDir), () -> held(late));
    StorageMetrics.addTo(metrics, fetcher, gc);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(options.bindAddress()),
            new AgentPages(Version.current(), options.flags(), () -> late.join().view())
                .router(
                    metrics.page(),
                    others -> {
                      api.addTo(others);
                      files.addTo(others);
                      others.route(
                          "/api/v1/executor",
                          (request, exchange) ->
                              late.join().executorApi().handle(request, exchange));
                    }));
    listening.complete(server);
    AgentSettings settings =
        AgentSettings.defaults(describe(options, server.port()), Version.current())
            .withIp(options.reachableIp())
            .withKillGrace(options.executorShutdownGracePeriod)
            .withExecutors(options.executors.settings());
    loop =
        new AgentLoop(
            settings,
            recording(options),
            journal,
            containerizer,
            execOf(containerizer),
            client,
            new Volumes(options.workDir, deleting),
            gc);
    late.complete(loop);
    loop.start(bootId());
    diskWatch = diskWatch(options);
    leaders =
        LeaderSource.start(
            options.requiredMaster(),
            options.zkOptions(),
            leader -> loop.post(at -> new AgentEvent.LeaderChanged(at, leader)));
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
    Map<Containerizers.Kind, Containerizers.Member> members =
        new EnumMap<>(Containerizers.Kind.class);
    for (Containerizers.Kind kind : options.processes.kinds()) {
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
  public static Agent start(
      AgentOptions options, ContainerizerFactory containerizers)
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

  private static AgentInfo describe(AgentOptions options, int port) throws IOException {
    AgentInfo.Builder info =
        AgentInfo.newBuilder()
            .setHostname(options.hostnameOrIp())
            .setPort(port)
            .addAllResources(resources(options).toProto(ReservationFormat.REFINED));
    if (options.attributes != null) {
      info.addAllAttributes(Attributes.parse(options.attributes));
    }
    if (options.domain != null) {
      info.setDomain(options.domain);
    }
    return info.build();
  }

  /** What is given, and what is detected for every name that is not given. */
  private static Resources resources(AgentOptions options) throws IOException {
    Resources detected = amounts(DetectedResources.of(Machine.detect(options.workDir)));
    if (options.resources == null) {
      return detected;
    }
    try {
      Resources given = Resources.parse(options.resources);
      Resources missing = detected.filter(key -> !given.names().contains(key.name()));
      return given.plus(missing);
    } catch (ResourceException e) {
      throw new IllegalArgumentException("--resources: " + e.getMessage(), e);
    }
  }

  private static Resources amounts(DetectedResources machine) {
    return Resources.of(
        String.format(
            Locale.ROOT,
            "cpus:%d.%03d;mem:%d;disk:%d;ports:[%d-%d]",
            machine.milliCpus() / 1000,
            machine.milliCpus() % 1000,
            machine.memMib(),
            machine.diskMib(),
            machine.firstPort(),
            machine.lastPort()));
  }

  private static String bootId() throws IOException {
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

  /** Stops; containers go on, and the next agent with this work directory adopts them. */
  @Override
  public void close() {
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
    deleting.shutdownNow();
    metrics.close();
    terminated.countDown();
  }
}
