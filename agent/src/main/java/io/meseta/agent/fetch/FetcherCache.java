package io.meseta.agent.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads that several tasks use. Thread-safe.
 *
 * <p>A download runs on a thread of its own, for all who wait for it: one who stops waiting ends it
 * only if nobody else does wait. What is not in use makes room for what is new, the longest unused
 * first. Bytes are counted before they are written, so the directory never holds more than it may;
 * what does not fit is for the caller to fetch past the cache.
 *
 * <p>As in Mesos, what is there is not asked for again: a URI whose content changes must not be
 * cached. The directory is emptied at the start, as nobody knows what a crash has left there.
 */
final class FetcherCache {

  private static final Logger log = LoggerFactory.getLogger(FetcherCache.class);
  private static final long TELL_EVERY_MILLIS = 500;

  /** What is told apart: what one user gets under a URI may be refused to another. */
  record Key(String user, String uri) {}

  /** Fills a file. */
  interface Download {
    void into(Path file, ByteMeter meter) throws FetchException, InterruptedException;
  }

  /** A file that stays as long as it is held. */
  final class Lease implements AutoCloseable {
    private final Entry entry;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    Path file() {
      return entry.file;
    }

    @Override
    public void close() {
      release(entry);
    }
  }

  /** All but the constants is guarded by the lock of the cache. */
  private final class Entry implements ByteMeter {
    private final Key key;
    private final Path file;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private @Nullable Thread thread;
    private int users;
    private long lastUse;
    private long reservedBytes;
    private long writtenBytes;
    private OptionalLong total = OptionalLong.empty();
    private boolean tooLarge;

    Entry(Key key, Path file) {
      this.key = key;
      this.file = file;
    }

    @Override
    public void expect(OptionalLong totalBytes) throws FetchException {
      synchronized (entries) {
        total = totalBytes;
        reserve(this, totalBytes.orElse(0) - reservedBytes);
      }
    }

    @Override
    public void add(long bytes) throws FetchException {
      synchronized (entries) {
        writtenBytes += bytes;
        reserve(this, writtenBytes - reservedBytes);
      }
    }

    @Override
    public void restart() {
      synchronized (entries) {
        writtenBytes = 0;
        total = OptionalLong.empty();
      }
    }

    private String progress(String name) {
      synchronized (entries) {
        return Progress.downloaded(name, writtenBytes, total);
      }
    }
  }

  private final Path directory;
  private final long limitBytes;
  private final Map<Key, Entry> entries = new HashMap<>();
  private final DiskFloor disk;
  private long usedBytes;
  private long uses;
  private long files;

  FetcherCache(Path directory, long limitBytes) throws IOException {
    this.directory = directory;
    this.limitBytes = limitBytes;
    PrivateDirectories.empty(directory);
    this.disk = new DiskFloor(directory);
  }

  long usedBytes() {
    synchronized (entries) {
      return usedBytes;
    }
  }

  long limitBytes() {
    return limitBytes;
  }

  /**
   * Waits until the file is there.
   *
   * @param name for the progress
   * @return empty if it does not fit
   */
  Optional<Lease> get(Key key, String name, Download download, Progress progress)
      throws FetchException, InterruptedException {
    Entry entry = use(key, download);
    boolean held = false;
    try {
      held = await(entry, name, progress);
      return held ? Optional.of(new Lease(entry)) : Optional.empty();
    } finally {
      if (!held) {
        release(entry);
      }
    }
  }

  private Entry use(Key key, Download download) {
    synchronized (entries) {
      Entry entry = entries.get(key);
      if (entry == null) {
        files++;
        entry = new Entry(key, directory.resolve("download-" + files));
        entries.put(key, entry);
        Entry started = entry;
        entry.thread =
            Thread.ofVirtual().name("fetch-" + files).start(() -> download(started, download));
      }
      entry.users++;
      uses++;
      entry.lastUse = uses;
      return entry;
    }
  }

  private static boolean await(Entry entry, String name, Progress progress)
      throws FetchException, InterruptedException {
    while (true) {
      try {
        return entry.done.get(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        progress.say(entry.progress(name));
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        throw new FetchException(
            cause instanceof FetchException
                ? String.valueOf(cause.getMessage())
                : String.valueOf(cause),
            e);
      }
    }
  }

  private void download(Entry entry, Download download) {
    try {
      download.into(entry.file, entry);
      settle(entry);
      entry.done.complete(true);
    } catch (FetchException e) {
      drop(entry);
      if (isTooLarge(entry)) {
        entry.done.complete(false);
      } else {
        entry.done.completeExceptionally(e);
      }
    } catch (InterruptedException e) {
      // Nobody waits any more.
      drop(entry);
      entry.done.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      log.error("A download into the cache failed by a fault", e);
      drop(entry);
      entry.done.completeExceptionally(e);
    }
  }

  private boolean isTooLarge(Entry entry) {
    synchronized (entries) {
      return entry.tooLarge;
    }
  }

  /** It takes what it has in the end, which may be less than was expected. */
  private void settle(Entry entry) {
    synchronized (entries) {
      entry.thread = null;
      usedBytes -= entry.reservedBytes - entry.writtenBytes;
      entry.reservedBytes = entry.writtenBytes;
    }
  }

  private void reserve(Entry entry, long moreBytes) throws FetchException {
    if (moreBytes <= 0) {
      return;
    }
    while (usedBytes + moreBytes > limitBytes) {
      Optional<Entry> oldest = longestUnused();
      if (oldest.isEmpty()) {
        entry.tooLarge = true;
        throw new FetchException("it does not fit into the cache");
      }
      remove(oldest.get());
    }
    disk.add(moreBytes);
    usedBytes += moreBytes;
    entry.reservedBytes += moreBytes;
  }

  private Optional<Entry> longestUnused() {
    return entries.values().stream()
        .filter(entry -> entry.users == 0 && entry.done.isDone())
        .min((one, other) -> Long.compare(one.lastUse, other.lastUse));
  }

  private void release(Entry entry) {
    synchronized (entries) {
      entry.users--;
      Thread downloading = entry.thread;
      if (entry.users == 0 && downloading != null) {
        // Whoever comes next begins anew.
        entries.remove(entry.key, entry);
        downloading.interrupt();
      }
    }
  }

  /** A download has failed or was given up. */
  private void drop(Entry entry) {
    synchronized (entries) {
      entry.thread = null;
      remove(entry);
    }
  }

  private void remove(Entry entry) {
    entries.remove(entry.key, entry);
    usedBytes -= entry.reservedBytes;
    entry.reservedBytes = 0;
    try {
      Files.deleteIfExists(entry.file);
    } catch (IOException e) {
      log.error(
          "A file of the fetcher's cache, {}, could not be deleted: {}", entry.file, e.toString());
    }
  }

  /** Ends all downloads. */
  void close() {
    synchronized (entries) {
      for (Entry entry : entries.values()) {
        Thread downloading = entry.thread;
        if (downloading != null) {
          downloading.interrupt();
        }
      }
    }
  }
}
