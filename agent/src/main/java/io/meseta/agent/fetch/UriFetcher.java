package io.meseta.agent.fetch;

import io.meseta.agent.sandbox.SandboxOwner;
import io.meseta.api.v1.CommandInfo;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches over http and https, and copies files of this machine.
 *
 * <pre>
 * URI ─► download, or the cache ─► WORK_DIR/fetch/staging/…  ─► extracted there ─► moved into the sandbox
 * </pre>
 *
 * <p>All of the work is done in a directory that only the agent can enter; a sandbox gets what is
 * complete, and belongs to its user. What is fetched without {@code cache} and extracted is in the
 * sandbox as an archive too, as in Mesos.
 *
 * <p>Thread-safe. Closing it ends what is under way for the cache.
 */
public final class UriFetcher implements Fetcher, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(UriFetcher.class);

  /** More at a time would only take memory from one another. */
  private static final int EXTRACTIONS = 2;

  private final FetcherOptions options;
  private final FetcherCache cache;
  private final LocalFiles localFiles;
  private final Semaphore extractions = new Semaphore(EXTRACTIONS);
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Object clientLock = new Object();
  private @Nullable HttpClient client;

  private UriFetcher(FetcherOptions options, FetcherCache cache) {
    this.options = options;
    this.cache = cache;
    this.localFiles = new LocalFiles(options.workDir());
  }

  /**
   * Prepares its directories, and deletes what an earlier process has left in them: the work
   * directory is not used by another one meanwhile.
   */
  public static UriFetcher open(FetcherOptions options) throws IOException {
    PrivateDirectories.empty(options.staging());
    return new UriFetcher(options, new FetcherCache(options.cacheDir(), options.cacheBytes()));
  }

  /** How it fares. */
  public FetcherStats stats() {
    return new FetcherStats(succeeded.sum(), failed.sum(), cache.usedBytes(), cache.limitBytes());
  }

  @Override
  public void fetch(
      List<CommandInfo.URI> uris, Path sandbox, String user, Consumer<String> progress)
      throws FetchException, InterruptedException {
    List<FetchItem> items = new ArrayList<>();
    for (CommandInfo.URI uri : uris) {
      // All are looked at before the first is fetched: the task cannot run without the last.
      items.add(counted(() -> FetchItem.parse(uri, options.frameworksHome())));
    }
    Progress limited = new Progress(progress, System::nanoTime);
    for (FetchItem item : items) {
      counted(() -> {
        fetch(new Order(item, sandbox, user, limited));
        return item;
      });
      succeeded.increment();
    }
  }

  private interface Step<T> {
    T run() throws FetchException, InterruptedException;
  }

  private <T> T counted(Step<T> step) throws FetchException, InterruptedException {
    try {
      return step.run();
    } catch (FetchException e) {
      failed.increment();
      throw e;
    }
  }

  private record Order(FetchItem item, Path sandbox, String user, Progress progress) {
    String name() {
      return item.output().name();
    }
  }

  private void fetch(Order order) throws FetchException, InterruptedException {
    Path stage = null;
    try {
      stage = Files.createTempDirectory(options.staging(), "fetch");
      fetch(order, stage);
    } catch (FetchException e) {
      throw new FetchException(
          "cannot fetch "
              + FetchItem.printable(order.item().source().shown())
              + ": "
              + e.getMessage(),
          e);
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      InterruptedException given = new InterruptedException();
      given.initCause(e);
      throw given;
    } catch (IOException e) {
      throw new FetchException(
          "cannot fetch " + FetchItem.printable(order.item().source().shown()) + ": " + e, e);
    } finally {
      clear(stage);
    }
  }

  private static void clear(@Nullable Path stage) {
    if (stage != null) {
      try {
        PrivateDirectories.delete(stage);
      } catch (IOException e) {
        log.error(
            "What was fetched and not used, {}, could not be deleted: {}", stage, e.toString());
      }
    }
  }

  private void fetch(Order order, Path stage)
      throws FetchException, IOException, InterruptedException {
    FetchItem item = order.item();
    if (item.uri().getCache() && item.source() instanceof FetchItem.Remote) {
      FetcherCache.Key key = new FetcherCache.Key(order.user(), item.uri().getValue());
      FetcherCache.Download download = (file, meter) -> download(item, order.user(), file, meter);
      try (FetcherCache.Lease lease =
          cache.get(key, order.name(), download, order.progress()).orElse(null)) {
        if (lease != null) {
          deliverCached(order, lease.file(), stage);
          return;
        }
      }
      log.info("{} does not fit into the cache and is fetched without", item.source().shown());
    }
    Path file = stage.resolve("download");
    download(item, order.user(), file, new Meter(order));
    deliverOwn(order, file, stage);
  }

  private void download(FetchItem item, String user, Path file, ByteMeter meter)
      throws FetchException, InterruptedException {
    switch (item.source()) {
      case FetchItem.Remote remote ->
          new HttpDownload(this::client, options.limits()).run(remote.uri(), file, meter);
      case FetchItem.Local local -> copy(local, user, file, meter);
    }
  }

  private void copy(FetchItem.Local local, String user, Path file, ByteMeter meter)
      throws FetchException, InterruptedException {
    try {
      localFiles.copy(local, user, file, options.limits(), meter);
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      InterruptedException given = new InterruptedException();
      given.initCause(e);
      throw given;
    } catch (IOException e) {
      throw new FetchException("it cannot be read: " + e, e);
    }
  }

  /** A file in the cache stays there: a task that could write to it would change it for others. */
  private void deliverCached(Order order, Path file, Path stage)
      throws FetchException, IOException, InterruptedException {
    Optional<ArchiveKind> archive = order.item().archive();
    if (archive.isPresent()) {
      extract(order, archive.get(), file, stage);
    } else {
      Path copy = stage.resolve("copy");
      new DiskFloor(stage).require(Files.size(file));
      Files.copy(file, copy);
      deliverFile(order, copy, stage);
    }
  }

  private void deliverOwn(Order order, Path file, Path stage)
      throws FetchException, IOException, InterruptedException {
    Optional<ArchiveKind> archive = order.item().archive();
    if (archive.isPresent()) {
      extract(order, archive.get(), file, stage);
    }
    deliverFile(order, file, stage);
  }

  private static void deliverFile(Order order, Path file, Path stage)
      throws FetchException, IOException {
    Path tree = Files.createDirectory(stage.resolve("file"));
    Path directory = tree;
    FetchItem item = order.item();
    for (String part : item.output().parts().subList(0, item.output().depth())) {
      directory = Files.createDirectory(directory.resolve(part));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path named = directory.resolve(order.name());
    Files.move(file, named, StandardCopyOption.ATOMIC_MOVE);
    Files.setPosixFilePermissions(
        named,
        PosixFilePermissions.fromString(item.uri().getExecutable() ? "rwxr-xr-x" : "rw-r--r--"));
    deliver(order, tree);
  }

  private void extract(Order order, ArchiveKind kind, Path file, Path stage)
      throws FetchException, IOException, InterruptedException {
    Path tree = Files.createDirectory(stage.resolve("extracted"));
    order.progress().say("extracting " + order.name());
    extractions.acquire();
    try {
      Archives.extract(kind, file, order.name(), new Extraction(tree, options.limits()));
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new FetchException("it cannot be extracted: " + e.getMessage(), e);
    } finally {
      extractions.release();
    }
    deliver(order, tree);
  }

  private static void deliver(Order order, Path tree) throws FetchException, IOException {
    Optional<SandboxOwner> owner = SandboxOwner.find(order.user());
    if (owner.isPresent()) {
      giveAll(tree, owner.get());
    }
    Delivery.deliver(tree, order.sandbox());
  }

  private static void giveAll(Path tree, SandboxOwner owner) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            owner.give(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            owner.give(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Made when it is first needed: it has threads of its own. */
  private HttpClient client() {
    synchronized (clientLock) {
      if (client == null) {
        client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(shorter(options.limits().stall(), Duration.ofSeconds(30)))
                .build();
      }
      return client;
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  @Override
  public void close() {
    cache.close();
    synchronized (clientLock) {
      if (client != null) {
        client.shutdownNow();
      }
    }
  }

  /** Of a download that nobody shares. */
  private final class Meter implements ByteMeter {
    private final Order order;
    private final DiskFloor disk;
    private long bytes;
    private OptionalLong total = OptionalLong.empty();

    Meter(Order order) throws IOException {
      this.order = order;
      this.disk = new DiskFloor(options.staging());
    }

    @Override
    public void expect(OptionalLong totalBytes) throws FetchException {
      total = totalBytes;
      disk.require(totalBytes.orElse(0));
    }

    @Override
    public void add(long more) throws FetchException {
      bytes += more;
      disk.add(more);
      order.progress().say(Progress.downloaded(order.name(), bytes, total));
    }

    @Override
    public void restart() {
      bytes = 0;
      total = OptionalLong.empty();
    }
  }
}
