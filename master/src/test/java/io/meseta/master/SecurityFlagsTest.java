package io.meseta.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.acl.Authorizer;
import io.meseta.common.auth.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SecurityFlagsTest {
  @TempDir Path directory;

  private static SecurityFlags parse(String... arguments) {
    SecurityFlags flags = new SecurityFlags();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("flags", CommandLine.Model.CommandSpec.forAnnotatedObject(flags));
    new CommandLine(spec).parseArgs(arguments);
    return flags;
  }

  private static Map<String, String> shown(SecurityFlags flags) {
    Map<String, String> shown = new TreeMap<>();
    flags.addTo(shown);
    return shown;
  }

  private Path credentials() throws IOException {
    return Files.writeString(directory.resolve("credentials"), "ops hunter2");
  }

  @Test
  void byDefaultNobodyIsAskedAnything() {
    SecurityFlags flags = parse();
    assertThat(flags.demands().ofAnybody()).isFalse();
    assertThat(flags.demands().agents()).isFalse();
    try (Access access = flags.openAccess()) {
      assertThat(access.authentication().isEmpty()).isTrue();
      assertThat(access.authorizer()).isEqualTo(Authorizer.allowingEverything());
    }
    assertThat(flags.authorizer()).isEqualTo(Authorizer.allowingEverything());
    assertThat(flags.openTls()).isEqualTo(Optional.empty());
    assertThat(shown(flags))
        .containsEntry("authenticate_frameworks", "false")
        .containsEntry("ssl_require_client_cert", "false")
        .doesNotContainKey("ssl_cert_file");
  }

  @Test
  void eachOptionIsOneDemand() throws IOException {
    String file = "--credentials=" + credentials();
    assertThat(parse(file, "--authenticate_frameworks").demands().frameworks()).isTrue();
    assertThat(parse(file, "--authenticate_http_frameworks").demands().frameworks()).isTrue();
    assertThat(parse(file, "--authenticate_agents=true").demands().agents()).isTrue();
    assertThat(parse(file, "--authenticate_http_readonly").demands().readonly()).isTrue();
    assertThat(parse(file, "--authenticate_http_readwrite").demands().readwrite()).isTrue();
    try (Access access = parse(file, "--authenticate_http_readwrite").openAccess()) {
      assertThat(access.authentication().isEmpty()).isFalse();
    }
  }

  @Test
  void pagesShowWhichFilesAndNotWhatIsInThem() throws IOException {
    SecurityFlags flags = parse("--credentials=" + credentials(), "--acls={\"permissive\": false}");
    assertThat(shown(flags))
        .containsEntry("credentials", credentials().toString())
        .containsEntry("acls", "{\"permissive\": false}");
    assertThat(shown(flags).toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--authenticate_frameworks",
        "--authenticate_http_frameworks",
        "--authenticate_agents",
        "--authenticate_http_readonly",
        "--authenticate_http_readwrite",
      })
  void whoDemandsACredentialThatNobodyHasIsTold(String option) {
    SecurityFlags flags = parse(option);
    assertThatThrownBy(flags::openAccess)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ssl_cert_file=x",
        "--ssl_key_file=x",
        "--ssl_ca_file=x",
        "--ssl_require_client_cert"
      })
  void halfOfTlsIsRefused(String option) {
    SecurityFlags flags = parse(option);
    assertThatThrownBy(flags::openTls)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--ssl_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--acls={\"run_task\": []}", "--acls=/no/such/file"})
  void listsThatCannotBeReadAreRefused(String option) {
    SecurityFlags flags = parse(option);
    assertThatThrownBy(flags::authorizer).isInstanceOf(IllegalArgumentException.class);
  }
}
