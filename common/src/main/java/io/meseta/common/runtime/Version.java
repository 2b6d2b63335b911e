package io.meseta.common.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Properties;

/** The version that this program was built as. */
public final class Version {

  private static final Properties BUILD = read();

  private Version() {}

  public static String current() {
    return BUILD.getProperty("version", "unknown");
  }

  /** When, as far as the build says: the same for all builds of the same sources. */
  public static Instant builtAt() {
    return Instant.parse(BUILD.getProperty("built", Instant.EPOCH.toString()));
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
