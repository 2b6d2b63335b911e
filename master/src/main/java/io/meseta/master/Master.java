package io.meseta.master;

import io.meseta.common.coordination.ZkSession;
import io.meseta.common.files.AttachedFiles;
import io.meseta.common.files.FilePages;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.RecordingOptions;
import io.meseta.common.runtime.Verbosity;
import io.meseta.common.runtime.Version;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.feed.ClusterFeed;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.http.AgentLinkEndpoint;
import io.meseta.master.http.ExplainEndpoint;
import io.meseta.master.http.FileCalls;
import io.meseta.master.http.LegacyCalls;
import io.meseta.master.http.LoggingCalls;
import io.meseta.master.http.OperatorEndpoint;
import io.meseta.master.http.OperatorInbox;
import io.meseta.master.http.SchedulerEndpoint;
import io.meseta.master.http.Standing;
import io.meseta.master.http.read.Numbers;
import io.meseta.master.http.read.ReadCalls;
import io.meseta.master.http.read.ReadEndpoints;
import io.meseta.master.http.read.ReadSources;
import io.meseta.master.http.read.Reader;
import io.meseta.master.view.MasterView;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master daemon: it listens at once, contends for leadership, leads when it is elected and has
 * read the registry, and contends again when it is deposed.
 *
 * <p>Any thread may call the public methods.
 */
public final class Master implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Master.class);
  private static final int READERS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final CountDownLatch terminated = new CountDownLatch(1);
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          READERS, Thread.ofPlatform().daemon().name("master-read-", 0).factory());
  private final ClusterFeed feed;
  private final MasterLoop loop;
  private final CompletableFuture<HttpServer> listening = new CompletableFuture<>();
  private final AttachedFiles logFile;
  private final FilePages files;
  private final Metrics metrics;
  private final Security security;
  private final HttpServer server;
  private final ZooKeeperPlace zooKeeper;
  private final ZkSession session;
  private volatile @Nullable Leadership leadership;

  private Master(MasterOptions options, ZooKeeperPlace zooKeeper) throws IOException {
    this.zooKeeper = zooKeeper;
    security = Security.open(options.security);
    feed = new ClusterFeed(options.feed.options());
    metrics = new Metrics();
    loop =
        new MasterLoop(
            options.settings().withAuthorizer(security.authorizer()),
            recording(options),
            MasterTimings.in(metrics));
    loop.showTo(feed::publish);
    logFile =
        new AttachedFiles(
            options.logFile.shown().map(file -> Map.of("/master/log", file)).orElseGet(Map::of));
    files = new FilePages(logFile, Executors.newVirtualThreadPerTaskExecutor());
    MasterMetrics.addTo(metrics, loop, this::isLeading, () -> listening.join().stats());
    server =
        HttpServer.start(
            security.applyTo(HttpServerOptions.listeningOn(options.bindAddress())),
            router(options));
    listening.complete(server);
    security.onChange(server::judgeAgain, this::useNewLists);
    Identity identity =
        new Identity(
            options.bindAddress().getAddress(),
            server.port(),
            options.hostnameOrIp(),
            options.domain());
    loop.start();
    session = ZkSession.open(zooKeeper.url(), options.zkOptions());
    leadership = new Leadership(session, identity, loop);
  }

  /**
   * Starts a master; returns once it listens.
   *
   * @throws IOException if the port cannot be taken
   * @throws IllegalArgumentException if an option is wrong
   */
  public static Master start(MasterOptions options) throws IOException {
    ZooKeeperPlace zooKeeper = ZooKeeperPlace.open(options.zooKeeper);
    try {
      Master master = new Master(options, zooKeeper);
      log.info(
          "Master {} listens on {}, ZooKeeper at {}",
          Version.current(),
          master.server.address(),
          zooKeeper.url());
      return master;
    } catch (IOException | RuntimeException e) {
      zooKeeper.close();
      throw e;
    }
  }

  /** What was let in and would not be now ends; who follows begins anew with what he may see. */
  private void useNewLists() {
    loop.useLists(security.authorizer());
    feed.beginAnew();
    server.judgeAgain();
  }

  /** Every path is served with and without the prefix that Mesos's process name gives it. */
  private Router router(MasterOptions options) {
    ExplainEndpoint explanations =
        new ExplainEndpoint(
            new ExplainEndpoint.Edge(this::standing, loop::view, security.readFilters()),
            loop,
            loop.connections());
    LoggingCalls logging = new LoggingCalls(new Verbosity(options.logging));
    OperatorInbox operators =
        new OperatorInbox(loop, loop.connections(), security.callGuard(loop::view));
    AboutMaster about = new AboutMaster(Version.current(), Instant.now(), options.flags());
    ReadSources sources =
        new ReadSources(this::standing, loop::view, about, security.readFilters());
    Numbers numbers =
        new MasterFigures(
            new MasterFigures.Sources(
                this::isLeading,
                loop::view,
                loop::backlog,
                loop::count,
                new MasterFigures.Counts(loop.occurrences(), loop.traffic(), loop.timings())),
            Clock.systemUTC());
    Reader reader = new Reader(readers, Reader.roomIn(Runtime.getRuntime().maxMemory()));
    Router.Builder routes =
        Router.builder()
            .route(
                "/api/v1/scheduler",
                new SchedulerEndpoint(
                    this::standing, loop, loop.connections(), security.schedulerGuard()))
            .route(
                "/api/v1",
                new OperatorEndpoint(
                    new OperatorEndpoint.Edge(
                        this::standing, loop::view, operators, security.readFilters()),
                    new ReadCalls(sources, numbers, reader),
                    feed,
                    explanations,
                    new OperatorEndpoint.Log(logging, new FileCalls(logFile, readers))))
            .route("/explain", Set.of("GET"), explanations)
            .duplex(
                "/api/v1/agent-link",
                new AgentLinkEndpoint(this::standing, loop, loop.connections()))
            .route("/metrics", Set.of("GET"), metrics.page())
            .nothingBelow("/metrics")
            .route(
                "/logging/toggle",
                Set.of("GET", "POST"),
                (request, exchange) -> exchange.respond(logging.toggle(request)))
            .alias("/master/*", "/*")
            .gate(security.gate());
    new LegacyCalls(this::standing, loop::view, operators).addTo(routes);
    files.addTo(routes);
    return new ReadEndpoints(sources, numbers, reader, readers).addTo(routes).build();
  }

  private static MasterLoop.Recording recording(MasterOptions options) {
    Optional<RecordingOptions> recording = options.recording.options();
    if (recording.isEmpty()) {
      return MasterLoop.Recording.none();
    }
    RecordingHeader header =
        RecordingHeader.here(MasterReplay.ROLE, MasterCore.class, options.flags());
    return core -> Optional.of(Recorder.start(core, MasterEvent::at, header, recording.get()));
  }

  private Standing standing() {
    Leadership current = leadership;
    return current == null ? new Standing.Following(Optional.empty()) : current.standing();
  }

  /** What it serves, as {@link HttpServer#routes}. */
  public SortedMap<String, Set<String>> routes() {
    return server.routes();
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** The ZooKeeper that runs in this process, as {@code zk://…} for agents and frameworks. */
  public Optional<String> embeddedZk() {
    return zooKeeper.server().map(unused -> zooKeeper.url().toString());
  }

  /** Whether it leads and answers. */
  public boolean isLeading() {
    return standing() instanceof Standing.Leading;
  }

  /** What readers are shown. */
  public MasterView view() {
    return loop.view();
  }

  /** Waits until {@link #close} has been called. */
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /**
   * Stops: leadership is given back first, so that a standby leads without waiting for the session
   * to expire; then connections are dropped.
   */
  @Override
  public void close() {
    Leadership current = leadership;
    if (current != null) {
      current.close();
    }
    loop.close();
    feed.close();
    server.close();
    files.close();
    session.close();
    zooKeeper.close();
    readers.shutdown();
    security.close();
    metrics.close();
    terminated.countDown();
  }
}
