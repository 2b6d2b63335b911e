package io.meseta.master.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The registry in a file: text, a line per record, and in the last line how many there are and the
 * SHA-256 of all before it, so that a part of a file is not taken for a registry.
 *
 * <pre>
 * meseta-registry 1
 * agents 1f3b…-S0 CpgBCg…
 * end 1 9f86d081…
 * </pre>
 */
final class BackupFile {

  private static final String FIRST_LINE = "meseta-registry 1";
  private static final String LAST_WORD = "end";

  private BackupFile() {}

  /**
   * Writes the records, by collection and id, readable for this user only. The file is there when
   * it is whole and on the disk, or not at all.
   *
   * @throws IOException if it cannot be written, or is there already
   */
  static void write(Path file, Map<String, SortedMap<String, byte[]>> collections)
      throws IOException {
    if (Files.exists(file)) {
      throw new IOException(file + " is there already; name another file, or remove it");
    }
    Path directory = file.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(directory, file.getFileName() + ".", ".part");
    try {
      if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      }
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text(collections).getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static String text(Map<String, SortedMap<String, byte[]>> collections) {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    int count = 0;
    for (Map.Entry<String, SortedMap<String, byte[]>> collection : collections.entrySet()) {
      for (Map.Entry<String, byte[]> record : collection.getValue().entrySet()) {
        text.append(collection.getKey())
            .append(' ')
            .append(URLEncoder.encode(record.getKey(), UTF_8))
            .append(' ')
            .append(Base64.getEncoder().encodeToString(record.getValue()))
            .append('\n');
        count++;
      }
    }
    String sum = sha256(text.toString());
    return text.append(LAST_WORD + " " + count + " " + sum + "\n").toString();
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if it cannot be read, is no such file, or not the whole of it
   */
  static Map<String, SortedMap<String, byte[]>> read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, UTF_8);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty() || !lines.get(0).equals(FIRST_LINE)) {
      throw new IOException(file + " is no backup of a registry, or one of a newer release");
    }
    int end = text.lastIndexOf(LAST_WORD + " ");
    String last = lines.remove(lines.size() - 1);
    int count = lines.size() - 1;
    if (end < 0 || !last.equals(LAST_WORD + " " + count + " " + sha256(text.substring(0, end)))) {
      throw new IOException(file + " is damaged, or not the whole file");
    }
    Map<String, SortedMap<String, byte[]>> collections = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      if (words.length != 3) {
        throw new IOException(file + " has a line that is no record: " + words[0]);
      }
      collections
          .computeIfAbsent(words[0], unused -> new TreeMap<>())
          .put(URLDecoder.decode(words[1], UTF_8), Base64.getDecoder().decode(words[2]));
    }
    return collections;
  }
}
