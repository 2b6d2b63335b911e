package io.meseta.common.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFilesTest {
  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("credentials"), text);
  }

  @Test
  void bothFormsAreRead() throws Exception {
    Path json =
        file(
            "{\"credentials\": [{\"principal\": \"a\", \"secret\": \"1\"},"
                + " {\"principal\": \"b\", \"secret\": \"2\"}]}");
    assertThat(CredentialFiles.readAll(json))
        .containsExactly(new Credential("a", "1"), new Credential("b", "2"));
    assertThat(CredentialFiles.readAll(file("a 1\n\n  b\t2 \n")))
        .containsExactly(new Credential("a", "1"), new Credential("b", "2"));
    assertThat(CredentialFiles.readOne(file("{\"principal\": \"a\", \"secret\": \"1\"}")))
        .isEqualTo(new Credential("a", "1"));
    assertThat(CredentialFiles.readOne(file("a 1"))).isEqualTo(new Credential("a", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "a hunter2 x",
        "a hunter2\na hunter2",
        "{\"credentials\": \"hunter2\"}",
        "{\"credentials\": [{\"principal\": \"hunter2\"}]}",
        "{\"credentials\": [{\"principal\": 1, \"secret\": \"hunter2\"}]}",
        "{\"credentials\": hunter2",
      })
  void whatIsWrongIsToldWithoutTheText(String text) throws Exception {
    Path file = file(text);
    assertThatThrownBy(() -> CredentialFiles.readAll(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> CredentialFiles.readAll(directory.resolve("none")))
        .hasMessageContaining("none");
  }

  @Test
  void aCredentialDoesNotPrintItsSecret() {
    assertThat(new Credential("a", "hunter2")).hasToString("a:***");
    assertThat(new Credential("a", "b").authorization()).isEqualTo("Basic YTpi");
  }
}
