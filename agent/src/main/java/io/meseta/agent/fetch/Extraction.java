package io.meseta.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an archive holds into a directory that nobody else can enter. One thread.
 *
 * <p>The archive is not trusted. A name has only plain parts, every directory on its way is a real
 * one and no link that the archive has made before, and an entry takes the place of an earlier one
 * of the same name without following it. A link is made only if it stays inside by the look of it:
 * some {@code ..}, no more than it is deep, then plain names. As the directories on the way to a
 * link are real ones, such a link cannot lead out, however many are chained. Devices, pipes, and
 * the bits for setuid, setgid and for writing by others are not taken over.
 */
final class Extraction {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int OWNER_READ_WRITE = 0600;
  private static final int OWNER_ALL = 0700;
  private static final int NOT_BY_OTHERS = 0755;

  private final Path root;
  private final FetchLimits limits;
  private final DiskFloor disk;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long bytes;
  private int entries;

  Extraction(Path root, FetchLimits limits) throws IOException {
    this.root = root;
    this.limits = limits;
    this.disk = new DiskFloor(root);
  }

  int maxEntries() {
    return limits.maxEntries();
  }

  void directory(String name, int mode) throws FetchException, IOException {
    SafeName safe = entry(name);
    if (!safe.parts().isEmpty()) {
      Path path = directories(safe.parts());
      Files.setPosixFilePermissions(path, permissions(mode | OWNER_ALL));
    }
  }

  /**
   * @param declaredBytes as the archive says; negative if it does not
   */
  void file(String name, int mode, long declaredBytes, InputStream content)
      throws FetchException, IOException, InterruptedException {
    SafeName safe = fileEntry(name);
    if (declaredBytes > limits.maxExtractedBytes() - bytes) {
      throw tooLarge();
    }
    disk.require(Math.max(declaredBytes, 0));
    Path path = vacated(safe);
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      copy(content, out);
    }
    Files.setPosixFilePermissions(path, permissions(mode | OWNER_READ_WRITE));
  }

  private void copy(InputStream content, OutputStream out)
      throws FetchException, IOException, InterruptedException {
    for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      bytes += read;
      if (bytes > limits.maxExtractedBytes()) {
        throw tooLarge();
      }
      disk.add(read);
      out.write(buffer, 0, read);
    }
  }

  private FetchException tooLarge() {
    return new FetchException(
        "what is in the archive takes more than "
            + Amounts.megabytes(limits.maxExtractedBytes())
            + " MB (--fetcher_max_extracted_size)");
  }

  void symbolicLink(String name, String target) throws FetchException, IOException {
    SafeName safe = fileEntry(name);
    requireInside(safe, target);
    Files.createSymbolicLink(vacated(safe), Path.of(target));
  }

  private static void requireInside(SafeName link, String target) throws FetchException {
    int up = 0;
    String rest = target;
    while (rest.equals("..") || rest.startsWith("../")) {
      up++;
      rest = rest.length() > 3 ? rest.substring(3) : "";
    }
    try {
      SafeName.parseOrRoot(rest);
    } catch (IllegalArgumentException e) {
      throw badLink(link, target, e);
    }
    if (target.isEmpty() || up > link.depth()) {
      throw badLink(link, target, null);
    }
  }

  private static FetchException badLink(SafeName link, String target, @Nullable Throwable cause) {
    return new FetchException(
        "the link '"
            + FetchItem.printable(link.toString())
            + "' in the archive leads to '"
            + FetchItem.printable(target)
            + "', which is or could be outside",
        cause == null ? new IllegalArgumentException("not inside") : cause);
  }

  void hardLink(String name, String target) throws FetchException, IOException {
    SafeName safe = fileEntry(name);
    Path existing = resolveFile(name, target);
    Path path = vacated(safe);
    if (Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      Files.createLink(path, existing);
      return;
    }
    throw new FetchException(
        "the link '" + FetchItem.printable(name) + "' in the archive leads to itself");
  }

  private Path resolveFile(String name, String target) throws FetchException, IOException {
    SafeName safe = safe(target);
    Path path = root;
    for (int i = 0; i < safe.parts().size(); i++) {
      path = path.resolve(safe.parts().get(i));
      BasicFileAttributes found = attributes(path);
      boolean last = i == safe.depth();
      if (found == null || !(last ? found.isRegularFile() : found.isDirectory())) {
        throw new FetchException(
            "the link '"
                + FetchItem.printable(name)
                + "' in the archive leads to '"
                + FetchItem.printable(target)
                + "', which is no file of the archive");
      }
    }
    return path;
  }

  private SafeName fileEntry(String name) throws FetchException {
    SafeName safe = entry(name);
    if (safe.parts().isEmpty()) {
      throw new FetchException("the archive has a file without a name");
    }
    return safe;
  }

  private SafeName entry(String name) throws FetchException {
    entries++;
    if (entries > limits.maxEntries()) {
      throw new FetchException(
          "the archive has more than " + limits.maxEntries() + " entries (--fetcher_max_entries)");
    }
    return safe(name);
  }

  private static SafeName safe(String name) throws FetchException {
    try {
      return SafeName.parseOrRoot(name);
    } catch (IllegalArgumentException e) {
      throw new FetchException("a name in the archive, " + e.getMessage(), e);
    }
  }

  /** Where a file is going to be: its directories exist, and it does not. */
  private Path vacated(SafeName name) throws FetchException, IOException {
    Path path = directories(name.parts().subList(0, name.depth())).resolve(name.name());
    BasicFileAttributes found = attributes(path);
    if (found != null && found.isDirectory()) {
      throw new FetchException(
          "'" + name + "' in the archive is a directory and then something else");
    }
    Files.deleteIfExists(path);
    return path;
  }

  private Path directories(List<String> parts) throws FetchException, IOException {
    Path path = root;
    for (String part : parts) {
      path = path.resolve(part);
      BasicFileAttributes found = attributes(path);
      if (found == null) {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, permissions(NOT_BY_OTHERS));
      } else if (!found.isDirectory()) {
        throw new FetchException(
            "a name in the archive goes through '"
                + String.join("/", parts)
                + "', of which '"
                + part
                + "' is "
                + (found.isSymbolicLink() ? "a link" : "no directory"));
      }
    }
    return path;
  }

  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    // In the order of the bits: from OWNER_READ, 0400, to OTHERS_EXECUTE, 0001.
    PosixFilePermission[] bits = PosixFilePermission.values();
    for (int i = 0; i < bits.length; i++) {
      if ((mode & NOT_BY_OTHERS & (0400 >> i)) != 0) {
        permissions.add(bits[i]);
      }
    }
    return permissions;
  }
}
