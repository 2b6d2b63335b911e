package io.meseta.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxesTest {

  @TempDir Path workDir;

  @Test
  void isWhereMesosHasIt() throws IOException {
    Path sandbox = new Sandboxes(workDir).create(id("ct:1:e", "c1"), me());

    assertThat(sandbox)
        .isEqualTo(workDir.resolve("slaves/S0/frameworks/F1/executors/ct:1:e/runs/c1"))
        .isDirectory();
    assertThat(sandbox.resolve("stdout")).isEmptyFile();
    assertThat(sandbox.resolve("stderr")).isEmptyFile();
    assertThat(Files.getPosixFilePermissions(sandbox))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void latestIsTheNewest() throws IOException {
    Sandboxes sandboxes = new Sandboxes(workDir);
    Path first = sandboxes.create(id("e", "c1"), me());
    Path second = sandboxes.create(id("e", "c2"), me());

    Path latest = first.resolveSibling("latest");
    assertThat(Files.readSymbolicLink(latest)).isEqualTo(Path.of("c2"));
    assertThat(latest.toRealPath()).isEqualTo(second.toRealPath());
    try (var files = Files.list(latest.getParent())) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("c1", "c2", "latest");
    }
  }

  @Test
  void whatIsThereStays() throws IOException {
    Sandboxes sandboxes = new Sandboxes(workDir);
    Path sandbox = sandboxes.create(id("e", "c1"), me());
    Files.writeString(sandbox.resolve("stdout"), "kept", StandardCharsets.UTF_8);

    sandboxes.create(id("e", "c1"), me());

    assertThat(sandbox.resolve("stdout")).hasContent("kept");
  }

  @Test
  void aUserThatTheMachineDoesNotKnowOwnsNothing() throws IOException {
    Path sandbox = new Sandboxes(workDir).create(id("e", "c1"), "no such user");

    assertThat(Files.getOwner(sandbox)).isEqualTo(Files.getOwner(workDir));
  }

  @Test
  @EnabledIf("isRoot")
  void aUserThatItKnowsOwnsIt() throws IOException {
    Path sandbox = new Sandboxes(workDir).create(id("e", "c1"), "12345:12346");

    assertThat(Files.getAttribute(sandbox, "unix:uid")).isEqualTo(12345);
    assertThat(Files.getAttribute(sandbox.resolve("stdout"), "unix:uid")).isEqualTo(12345);
    assertThat(Files.getAttribute(sandbox.resolve("stderr"), "unix:gid")).isEqualTo(12346);
  }

  /** Whose group has another name than the user has, on Debian as elsewhere. */
  @Test
  @EnabledIf("isRoot")
  void withoutAGroupItIsHisPrimaryOne() throws Exception {
    UnixUser nobody = UnixUsers.ofThisMachine().find("nobody").orElseThrow();

    Path sandbox = new Sandboxes(workDir).create(id("e", "c1"), "nobody");

    assertThat(nobody.gid()).isPositive();
    assertThat(Files.getAttribute(sandbox, "unix:uid")).isEqualTo(nobody.uid());
    assertThat(Files.getAttribute(sandbox.resolve("stdout"), "unix:gid")).isEqualTo(nobody.gid());
  }

  static boolean isRoot() {
    return me().equals("root");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../x", "/etc", "nul\0"})
  void noIdLeadsOutOfTheWorkDirectory(String bad) {
    Sandboxes sandboxes = new Sandboxes(workDir);
    assertThatThrownBy(() -> sandboxes.path(id(bad, "c1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("executor id");
    assertThatThrownBy(() -> sandboxes.path(id("e", bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("container id");
  }

  @Test
  void anIdThatIsTooLongForAFileIsRefused() {
    assertThatThrownBy(() -> new Sandboxes(workDir).path(id("ä".repeat(128), "c1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SandboxId id(String executor, String container) {
    return new SandboxId(
        new AgentId("S0"),
        new FrameworkId("F1"),
        new ExecutorId(executor),
        new ContainerId(container));
  }

  private static String me() {
    return System.getProperty("user.name");
  }
}
