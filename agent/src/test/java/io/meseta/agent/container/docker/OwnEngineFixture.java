package io.meseta.agent.container.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An engine of a test class's own, which runs before each test; and in each test a containerizer on
 * it, whose containers are removed in the end. A static field of the class, registered as an
 * extension.
 */
final class OwnEngineFixture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private @Nullable OwnEngine engine;
  private @Nullable DockerFixture docker;

  OwnEngine engine() {
    return Objects.requireNonNull(engine, "before all tests");
  }

  /** Begins to run containers on it, with these limits. */
  DockerFixture open(Path workDir, DockerOptions.Limits limits) {
    DockerFixture opened = new DockerFixture(engine().host(), workDir, limits);
    docker = opened;
    return opened;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    TestEngine.ensure();
    // Sockets are made in it: a short path.
    engine = new OwnEngine(Files.createTempDirectory("eng"));
  }

  /** It may have been stopped by the test before. */
  @Override
  public void beforeEach(ExtensionContext context) throws IOException, InterruptedException {
    engine().start();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException, InterruptedException {
    DockerFixture opened = docker;
    docker = null;
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
    engine().delete();
  }
}
