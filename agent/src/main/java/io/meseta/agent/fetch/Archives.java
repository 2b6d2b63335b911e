package io.meseta.agent.fetch;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Takes archives apart. Stateless; blocks. */
final class Archives {

  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private Archives() {}

  /**
   * Extracts all of an archive.
   *
   * @param name of the archive, for the single file that a {@code .gz} holds
   */
  static void extract(ArchiveKind kind, Path archive, String name, Extraction into)
      throws FetchException, IOException, InterruptedException {
    try {
      switch (kind) {
        case ZIP -> Zips.extract(archive, into);
        case GZ -> gunzip(archive, name.substring(0, name.length() - ".gz".length()), into);
        case TAR, TAR_GZ, TAR_BZ2, TAR_XZ -> untar(kind, archive, into);
      }
    } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
      // The library's way to say that it does not understand what it reads.
      throw new IOException("damaged: " + e.getMessage(), e);
    }
  }

  private static void gunzip(Path archive, String name, Extraction into)
      throws FetchException, IOException, InterruptedException {
    try (InputStream in = gzip(open(archive))) {
      into.file(name, READABLE, -1, in);
    }
  }

  private static void untar(ArchiveKind kind, Path archive, Extraction into)
      throws FetchException, IOException, InterruptedException {
    try (HeadLimit bytes = new HeadLimit(decompressed(kind, archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(bytes)) {
      for (TarArchiveEntry entry = next(tar, bytes); entry != null; entry = next(tar, bytes)) {
        extract(entry, tar, into);
      }
    }
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, HeadLimit bytes)
      throws IOException {
    // The content of a file has been read to its end; other entries have none worth mentioning.
    bytes.headBegins();
    TarArchiveEntry entry = tar.getNextEntry();
    bytes.headEnds();
    return entry;
  }

  private static void extract(TarArchiveEntry entry, TarArchiveInputStream tar, Extraction into)
      throws FetchException, IOException, InterruptedException {
    String name = entry.getName();
    if (entry.isDirectory()) {
      into.directory(name, entry.getMode());
    } else if (entry.isSymbolicLink()) {
      into.symbolicLink(name, entry.getLinkName());
    } else if (entry.isLink()) {
      into.hardLink(name, entry.getLinkName());
    } else if (entry.isFile() && isPlain(entry) && tar.canReadEntryData(entry)) {
      into.file(name, entry.getMode(), entry.getRealSize(), tar);
    } else {
      throw new FetchException(
          "'"
              + FetchItem.printable(name)
              + "' in the archive is neither a file nor a directory nor a link");
    }
  }

  /** The library takes everything of a kind that it does not know for a file. */
  private static boolean isPlain(TarArchiveEntry entry) {
    return !entry.isBlockDevice() && !entry.isCharacterDevice() && !entry.isFIFO();
  }

  private static InputStream decompressed(ArchiveKind kind, Path archive) throws IOException {
    return switch (kind) {
      case TAR_GZ -> gzip(open(archive));
      case TAR_BZ2 -> new BZip2CompressorInputStream(open(archive), true);
      case TAR_XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(open(archive))
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(xzLimitKib())
              .get();
      case TAR, ZIP, GZ -> open(archive);
    };
  }

  private static InputStream open(Path archive) throws IOException {
    return new BufferedInputStream(Files.newInputStream(archive), 64 * 1024);
  }

  private static InputStream gzip(InputStream compressed) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(compressed)
        .setDecompressConcatenated(true)
        .get();
  }

  /** An archive says itself how much memory it takes to read it; xz -9 wants 65 MB. */
  private static int xzLimitKib() {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    return (int) (Math.min(Math.max(quarter, 16L << 20), 128L << 20) >> 10);
  }

  /** The permissions of a file that is not in an archive. */
  static int mode(boolean executable) {
    return executable ? EXECUTABLE : READABLE;
  }

  /**
   * Limits what is read for the head of one entry. A long name is an entry of its own before the
   * entry that it names, and is read into memory whole, however long it says it is.
   */
  private static final class HeadLimit extends FilterInputStream {

    private static final long LIMIT_BYTES = 1L << 20;

    private boolean inHead;
    private long headBytes;

    HeadLimit(InputStream in) {
      super(in);
    }

    void headBegins() {
      inHead = true;
      headBytes = 0;
    }

    void headEnds() {
      inHead = false;
    }

    @Override
    public int read() throws IOException {
      count(1);
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      count(read);
      return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
      // By reading, so that it is counted.
      byte[] dropped = new byte[(int) Math.min(Math.max(bytes, 0), 8192)];
      return Math.max(read(dropped, 0, dropped.length), 0);
    }

    private void count(int read) throws IOException {
      if (inHead) {
        headBytes += Math.max(read, 0);
        if (headBytes > LIMIT_BYTES) {
          throw new IOException("an entry has more than a MB of names and attributes");
        }
      }
    }
  }
}
