package io.meseta.common.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file says, read anew when it has changed. A new file that makes no sense, or none at all,
 * leaves what the last good one said in force, which the log says once.
 *
 * <p>One thread looks; any may ask.
 *
 * @param <T> what is made of the text
 */
final class ReloadedFile<T> {

  private static final Logger log = LoggerFactory.getLogger(ReloadedFile.class);

  private final Path file;
  private final Function<String, T> reader;
  private volatile T value;
  private byte[] taken;
  private String problem = "";

  /**
   * Reads it for the first time.
   *
   * @param reader throws an IllegalArgumentException, without what is secret, if the text makes no
   *     sense
   * @throws IllegalArgumentException if the file cannot be read, or makes no sense
   */
  ReloadedFile(Path file, Function<String, T> reader) {
    this.file = file;
    this.reader = reader;
    this.taken = bytes();
    this.value = read(taken);
  }

  /** What the last good file says. */
  T value() {
    return value;
  }

  /** Looks at the file; whether it says something new. */
  boolean look() {
    try {
      byte[] now = bytes();
      if (Arrays.equals(now, taken)) {
        problem = "";
        return false;
      }
      value = read(now);
      taken = now;
      problem = "";
      log.info("{} has changed and is in force", file);
      return true;
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(problem)) {
        problem = reason;
        log.warn("{} has changed and is not taken, the old one goes on: {}", file, reason);
      }
      return false;
    }
  }

  private byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("The file cannot be read: " + e, e);
    }
  }

  private T read(byte[] bytes) {
    return reader.apply(new String(bytes, StandardCharsets.UTF_8));
  }
}
