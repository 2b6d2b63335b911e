package io.meseta.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this program logs: {@code logback.xml} says where to and what libraries may say, this says
 * how much of our own.
 */
public final class Logging {

  private static final String OURS = "io.meseta";

  /** The layout of {@code logback.xml}; a test holds the two together. */
  static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n";

  private Logging() {}

  /** How much is logged. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** Sets how much of our own is logged. */
  public static void level(Level level) {
    context().getLogger(OURS).setLevel(ch.qos.logback.classic.Level.valueOf(level.name()));
  }

  /**
   * Sets how much of our own is logged, on top of what is usual.
   *
   * @param steps 0 is the usual; 1 is at least DEBUG, 2 and more is TRACE
   */
  public static void more(Level usual, int steps) {
    Level least =
        switch (steps) {
          case 0 -> usual;
          case 1 -> Level.DEBUG;
          default -> Level.TRACE;
        };
    level(least.compareTo(usual) > 0 ? least : usual);
  }

  /** Logs nothing of our own, for commands that play thousands of clusters. */
  public static void off() {
    context().getLogger(OURS).setLevel(ch.qos.logback.classic.Level.OFF);
  }

  /** Logs to this file from now on and not to stderr, for commands that show something there. */
  public static void toFile(Path file) {
    LoggerContext context = context();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
  }

  private static LoggerContext context() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      return context;
    }
    throw new IllegalStateException(
        "another logging library than Logback is on the class path: " + factory.getClass());
  }
}
