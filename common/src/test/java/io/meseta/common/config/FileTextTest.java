package io.meseta.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTextTest {

  @TempDir Path directory;

  @Test
  void aFileStandsForWhatItHolds() throws IOException {
    Path file = Files.writeString(directory.resolve("zk"), " zk://joe:secret@h:1/m \n");

    assertThat(FileText.resolve("--zk", "file://" + file)).isEqualTo("zk://joe:secret@h:1/m");
  }

  @Test
  void everythingElseStandsForItself() {
    assertThat(FileText.resolve("--zk", "zk://h:1/m")).isEqualTo("zk://h:1/m");
    assertThat(FileText.resolve("--zk", "")).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> FileText.resolve("--zk", "file://" + directory.resolve("none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--zk: the file " + directory.resolve("none"));
  }

  @Test
  void anEmptyFileAndAPathThatIsNotWholeAreRefused() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");

    assertThatThrownBy(() -> FileText.resolve("--zk", "file://" + empty))
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> FileText.resolve("--zk", "file://etc/zk"))
        .hasMessageContaining("write the whole path");
  }
}
