package io.meseta.cli.demo.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The few formats in which the kernel writes numbers. */
final class CgroupFiles {

  private CgroupFiles() {}

  /** A file that holds one number. */
  static long number(Path file) throws IOException {
    return number(file, Files.readString(file).strip());
  }

  static long number(Path file, String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + " should hold a number, not \"" + text + "\"", e);
    }
  }

  /** A file of one line of words. */
  static List<String> words(Path file) throws IOException {
    return List.of(Files.readString(file).strip().split("\\s+", -1));
  }

  /** A file of lines {@code name number}. */
  static long field(Path file, String name) throws IOException {
    for (String line : Files.readAllLines(file)) {
      int space = line.indexOf(' ');
      if (space > 0 && line.substring(0, space).equals(name)) {
        return number(file, line.substring(space + 1).strip());
      }
    }
    throw new IOException(file + " says nothing of " + name);
  }
}
