package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {

  private static final ContainerId CONTAINER = new ContainerId("c1");

  @TempDir Path workDir;

  @Test
  void onlyTheirOwnerReadsThemAndTheyGoAway() throws IOException {
    SecretFiles files = new SecretFiles(workDir);
    Path path = files.directory(CONTAINER).resolve("0");
    RunConfig.SecretFile secret = new RunConfig.SecretFile(path, ByteString.copyFromUtf8("hush"));
    String me = System.getProperty("user.name");

    files.write(CONTAINER, List.of(secret), me + ":group");
    // A launch that is repeated writes them again.
    files.write(CONTAINER, List.of(secret), "no-such-user");

    assertThat(path).hasContent("hush");
    assertThat(permissions(path)).isEqualTo("r--------");
    assertThat(permissions(files.directory(CONTAINER))).isEqualTo("rwx------");
    assertThat(permissions(workDir.resolve("meta/secrets"))).isEqualTo("rwx------");
    assertThat(files.containers()).containsExactly(CONTAINER);
    assertThat(path.toString()).doesNotContain("slaves");

    files.remove(CONTAINER);
    files.remove(CONTAINER);

    assertThat(files.directory(CONTAINER)).doesNotExist();
    assertThat(files.containers()).isEmpty();
  }

  @Test
  void withoutSecretsNothingIsWritten() throws IOException {
    SecretFiles files = new SecretFiles(workDir);

    files.write(CONTAINER, List.of(), "root");

    assertThat(workDir).isEmptyDirectory();
    assertThat(files.containers()).isEmpty();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
