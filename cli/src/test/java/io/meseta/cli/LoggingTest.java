package io.meseta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

  @Test
  void aFileHasWhatIsLoggedElsewhereToo(@TempDir Path directory) {
    Path file = directory.resolve("meseta-master.log");
    ch.qos.logback.classic.Logger root =
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
    int before = appenders(root);

    Logging.alsoToFile(file);
    try {
      LoggerFactory.getLogger("io.meseta.cli.test").warn("it happens");

      assertThat(appenders(root)).isEqualTo(before + 1);
      assertThat(file).content().contains("WARN").endsWith("test: it happens\n");
    } finally {
      Appender<ILoggingEvent> added = root.getAppender(file.toString());
      root.detachAppender(added);
      added.stop();
    }
  }

  private static int appenders(ch.qos.logback.classic.Logger logger) {
    int[] count = {0};
    logger.iteratorForAppenders().forEachRemaining(unused -> count[0]++);
    return count[0];
  }
}
