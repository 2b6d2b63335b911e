package io.meseta.common.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;

/** The version that this program was built as, and the one that it is to clients. */
public final class Version {

  /**
   * The version of Mesos whose API this is: what clients of Mesos are told, which compare it with
   * the versions of Mesos that they know. Some can read nothing but three numbers.
   */
  public static final String OF_API = "1.12.0";

  private static final Properties BUILD = read();

  private Version() {}

  public static String current() {
    return BUILD.getProperty("version", "unknown");
  }

  /**
   * When, as far as the build says: the same for all builds of the same sources. 1970 where the
   * build did not say it, as when an editor has compiled the sources.
   */
  public static Instant builtAt() {
    try {
      return Instant.parse(BUILD.getProperty("built", ""));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/io/meseta/version.properties")) {
      if (in == null) {
        throw new IllegalStateException("the build left version.properties out");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
