package io.meseta.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
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

  private static final long FILE_BYTES = 64L << 20;
  private static final int KEPT_FILES = 9;

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
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder(context));
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
  }

  /**
   * Logs to this file as well from now on. When it has 64 MB it is renamed to end with {@code .1},
   * that one to {@code .2} and so on up to {@code .9}, and begun anew.
   */
  public static void alsoToFile(Path file) {
    LoggerContext context = context();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName(file.toString());
    appender.setFile(file.toString());
    FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
    names.setContext(context);
    names.setParent(appender);
    names.setFileNamePattern(file + ".%i");
    names.setMinIndex(1);
    names.setMaxIndex(KEPT_FILES);
    names.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_BYTES));
    size.start();
    appender.setEncoder(encoder(context));
    appender.setRollingPolicy(names);
    appender.setTriggeringPolicy(size);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  private static PatternLayoutEncoder encoder(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
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
