package io.meseta.agent.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the driver unpacks the native library of SQLite, once per process, before it loads it.
 *
 * <p>By itself it takes the directory for temporary files, and a process that is killed leaves a
 * megabyte there each time. Here it is a directory of the agent's own, and the file is deleted as
 * soon as the library is loaded: the process keeps what it has mapped.
 */
final class SqliteLibrary {

  private static final Logger log = LoggerFactory.getLogger(SqliteLibrary.class);
  private static final String PROPERTY = "org.sqlite.tmpdir";

  private SqliteLibrary() {}

  /**
   * To be called before a database is opened, by whoever has the work directory for himself.
   *
   * @param journal the journal's directory
   */
  static void prepare(Path journal) throws IOException {
    Path directory = Files.createDirectories(directory(journal));
    clean(directory);
    String chosen = System.getProperty(PROPERTY);
    // Who has chosen another one has his reasons; but one that is gone serves nobody.
    if (chosen == null || !Files.isDirectory(Path.of(chosen))) {
      System.setProperty(PROPERTY, directory.toAbsolutePath().toString());
    }
  }

  /** To be called when the first database is open. */
  static void loaded(Path journal) {
    try {
      clean(directory(journal));
    } catch (IOException e) {
      log.warn("The unpacked library of SQLite stays until the next start: {}", e.toString());
    }
  }

  private static Path directory(Path journal) {
    return journal.resolve("native");
  }

  private static void clean(Path directory) throws IOException {
    try (var left = Files.newDirectoryStream(directory, "sqlite-*")) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }
}
