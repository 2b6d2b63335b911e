package io.meseta.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Takes zip archives apart. Stateless; blocks.
 *
 * <p>The list of files at the end of an archive is read into memory whole by the library, however
 * long it is, so its length is looked at first.
 */
final class Zips {

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int LARGE_END_BYTES = 56;
  private static final int MAX_COMMENT_BYTES = 0xffff;

  /** Room for 100,000 entries with names of 300 bytes. */
  private static final long MAX_LIST_BYTES = 32L << 20;

  /** No entry takes less in the list, and each some hundred bytes of memory. */
  private static final int MIN_ENTRY_BYTES = 46;

  private static final int MAX_LINK_BYTES = 4096;
  private static final int DEFAULT_MODE = 0644;
  private static final int DEFAULT_DIRECTORY_MODE = 0755;

  private Zips() {}

  static void extract(Path archive, Extraction into)
      throws FetchException, IOException, InterruptedException {
    try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
      requireShortList(channel, into.maxEntries());
    }
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        extract(zip, entries.nextElement(), into);
      }
    }
  }

  private static void extract(ZipFile zip, ZipArchiveEntry entry, Extraction into)
      throws FetchException, IOException, InterruptedException {
    String name = entry.getName();
    int mode = entry.getUnixMode();
    if (entry.isDirectory()) {
      into.directory(name, mode == 0 ? DEFAULT_DIRECTORY_MODE : mode);
    } else if (!zip.canReadEntryData(entry)) {
      throw new FetchException(
          "'"
              + FetchItem.printable(name)
              + "' in the archive is encrypted, or compressed in a way"
              + " that is not supported");
    } else if (entry.isUnixSymlink()) {
      into.symbolicLink(name, linkTarget(zip, entry));
    } else {
      try (InputStream content = zip.getInputStream(entry)) {
        into.file(name, mode == 0 ? DEFAULT_MODE : mode, entry.getSize(), content);
      }
    }
  }

  private static String linkTarget(ZipFile zip, ZipArchiveEntry entry)
      throws FetchException, IOException {
    try (InputStream content = zip.getInputStream(entry)) {
      byte[] target = content.readNBytes(MAX_LINK_BYTES + 1);
      if (target.length > MAX_LINK_BYTES) {
        throw new FetchException(
            "the link '" + FetchItem.printable(entry.getName()) + "' in the archive is too long");
      }
      return new String(target, StandardCharsets.UTF_8);
    }
  }

  /**
   * Whatever the archive says of its list: for the library it begins where the end record says, or
   * the larger one of the 64-bit form, and goes on as long as something looks like an entry.
   */
  private static void requireShortList(FileChannel channel, int maxEntries)
      throws FetchException, IOException {
    long end = findEnd(channel);
    long start = isLarge(channel, end) ? largeStart(channel, end) : start(channel, end);
    long longest = end - start;
    if (longest < 0 || longest > MAX_LIST_BYTES) {
      throw new FetchException(
          "the archive has a list of files of "
              + Amounts.megabytes(longest)
              + " MB, which is too long");
    }
    if (longest / MIN_ENTRY_BYTES > maxEntries && count(channel, start, end) > maxEntries) {
      throw new FetchException(
          "the archive has more than " + maxEntries + " entries (--fetcher_max_entries)");
    }
  }

  private static long start(FileChannel channel, long end) throws IOException {
    ByteBuffer record = read(channel, end, END_BYTES);
    long listBytes = Integer.toUnsignedLong(record.getInt(12));
    long start = Integer.toUnsignedLong(record.getInt(16));
    // What is before the archive, a program that unpacks itself for example, shifts all of it.
    return start + Math.max(end - listBytes - start, 0);
  }

  private static boolean isLarge(FileChannel channel, long end) throws IOException {
    return end >= LOCATOR_BYTES
        && read(channel, end - LOCATOR_BYTES, Integer.BYTES).getInt(0) == LOCATOR_SIGNATURE;
  }

  private static long largeStart(FileChannel channel, long end) throws IOException {
    long at = read(channel, end - LOCATOR_BYTES, LOCATOR_BYTES).getLong(8);
    if (at < 0 || at > end) {
      throw new IOException("the end of the archive is damaged");
    }
    return read(channel, at, LARGE_END_BYTES).getLong(48);
  }

  private static long count(FileChannel channel, long start, long end) throws IOException {
    ByteBuffer list = read(channel, start, (int) (end - start));
    long entries = 0;
    int at = 0;
    while (at + MIN_ENTRY_BYTES <= list.limit()) {
      entries++;
      at +=
          MIN_ENTRY_BYTES
              + Short.toUnsignedInt(list.getShort(at + 28))
              + Short.toUnsignedInt(list.getShort(at + 30))
              + Short.toUnsignedInt(list.getShort(at + 32));
    }
    return entries;
  }

  /** The last place that looks like the end record, as the library looks for it. */
  private static long findEnd(FileChannel channel) throws IOException {
    long size = channel.size();
    int tailBytes = (int) Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer tail = read(channel, size - tailBytes, tailBytes);
    for (int at = tailBytes - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE) {
        return size - tailBytes + at;
      }
    }
    throw new IOException("this is no zip archive");
  }

  private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("the archive ends too early");
      }
    }
    return buffer.flip();
  }
}
