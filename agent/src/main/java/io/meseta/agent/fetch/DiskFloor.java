package io.meseta.agent.fetch;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Sees to it that fetching leaves something of the disk: a full one would harm every other task,
 * and the journal. One thread.
 */
final class DiskFloor {

  private static final long CHECK_EVERY_BYTES = 16L << 20;
  private static final int KEPT_PERCENT = 2;

  private final FileStore store;
  private long uncheckedBytes;

  DiskFloor(Path directory) throws IOException {
    this.store = Files.getFileStore(directory);
  }

  /** So much is going to be written at once or bit by bit. */
  void require(long bytes) throws FetchException {
    try {
      long kept = store.getTotalSpace() / 100 * KEPT_PERCENT;
      long room = store.getUsableSpace() - kept;
      if (room < bytes) {
        throw new FetchException(
            String.format(
                Locale.ROOT,
                "it needs %s MB of disk, and the agent has %s MB left (%d %% are kept free)",
                Amounts.megabytes(bytes),
                Amounts.megabytes(Math.max(room, 0)),
                KEPT_PERCENT));
      }
    } catch (IOException e) {
      throw new FetchException("the free space of the disk cannot be found out: " + e, e);
    }
  }

  /** So much is being written. Looks at the disk now and then only. */
  void add(long bytes) throws FetchException {
    uncheckedBytes += bytes;
    if (uncheckedBytes >= CHECK_EVERY_BYTES) {
      uncheckedBytes = 0;
      require(CHECK_EVERY_BYTES);
    }
  }
}
