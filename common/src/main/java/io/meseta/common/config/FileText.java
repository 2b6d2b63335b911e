package io.meseta.common.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An option's value that may stand in a file, so that what is secret in it stands on no command
 * line, where every user of the machine can read it.
 */
public final class FileText {
  private static final Logger log = LoggerFactory.getLogger(FileText.class);
  private static final String FILE = "file://";

  private FileText() {}

  /**
   * The value itself or, of {@code file:///path}, what that file holds, without blanks and line
   * ends around it. Read anew with each call.
   *
   * @param option for messages
   * @throws IllegalArgumentException with a message for the operator, if there is no such file
   */
  public static String resolve(String option, String value) {
    if (!value.startsWith(FILE)) {
      return value;
    }
    String name = value.substring(FILE.length());
    try {
      Path file = Path.of(name);
      if (!file.isAbsolute()) {
        throw new IllegalArgumentException(
            option + ": write the whole path, as in file:///etc/meseta/zk, not " + value);
      }
      String text = Files.readString(file, UTF_8).strip();
      if (text.isEmpty()) {
        throw new IllegalArgumentException(option + ": the file " + file + " is empty");
      }
      warnIfOthersCanRead(option, file);
      return text;
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          option + ": the file " + name + " cannot be read: " + e, e);
    }
  }

  private static void warnIfOthersCanRead(String option, Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
      log.warn("{}: every user of this machine can read {}; chmod 600 it", option, file);
    }
  }
}
