package io.meseta.testkit.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Silences the cores: what happens in thousands of simulated clusters would fill the log. */
public final class QuietCores implements BeforeAllCallback, AfterAllCallback {
  private @Nullable Level before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = logger().getLevel();
    logger().setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    logger().setLevel(before);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.meseta");
  }
}
