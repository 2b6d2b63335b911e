package io.meseta.master;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the master's log is, so that operators can read it over HTTP. */
final class LogFileFlags {

  private static final String NAME = "meseta-master.log";

  @Option(
      names = "--log_dir",
      paramLabel = "DIR",
      description =
          "Also write the log to "
              + NAME
              + " there, begun anew and kept nine times as it grows; /master/log shows it.")
  @Nullable Path logDir;

  @Option(
      names = "--external_log_file",
      paramLabel = "FILE",
      description = "Where another program writes what the master logs; /master/log shows it.")
  @Nullable Path externalLogFile;

  void addTo(Map<String, String> flags) {
    if (logDir != null) {
      flags.put("log_dir", logDir.toString());
    }
    if (externalLogFile != null) {
      flags.put("external_log_file", externalLogFile.toString());
    }
  }

  /** The file to write to. */
  Optional<Path> written() {
    return Optional.ofNullable(logDir).map(directory -> directory.resolve(NAME));
  }

  /** The file to show. */
  Optional<Path> shown() {
    return Optional.ofNullable(externalLogFile).or(this::written);
  }
}
