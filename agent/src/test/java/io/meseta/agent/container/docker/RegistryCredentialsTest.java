package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCredentialsTest {

  private static final String AUTH = base64("me:sec:ret");

  @TempDir Path directory;

  @Test
  void isReadFromWhatDockerLoginWrites() {
    RegistryCredentials credentials =
        RegistryCredentials.parse(
            """
            {"auths": {"https://index.docker.io/v1/": {"auth": "%s"},
                       "127.0.0.1:5000": {"username": "u", "password": "p"},
                       "http://token.example:8080/v2/": {"identitytoken": "t"},
                       "kept.elsewhere": {}},
             "credsStore": "desktop"}
            """
                .formatted(AUTH));

    assertThat(credentials.forImage("busybox")).contains(auth("docker.io", "me", "sec:ret"));
    assertThat(credentials.forImage("some/thing:1")).contains(auth("docker.io", "me", "sec:ret"));
    assertThat(credentials.forImage("127.0.0.1:5000/a/b@sha256:00"))
        .contains(auth("127.0.0.1:5000", "u", "p"));
    assertThat(credentials.forImage("token.example:8080/x"))
        .contains(new RegistryAuth("token.example:8080", "", "", "t"));
    assertThat(credentials.forImage("kept.elsewhere/x")).isEmpty();
    assertThat(credentials.forImage("other.example/x")).isEmpty();
  }

  @Test
  void isReadFromTheOlderForm() {
    RegistryCredentials credentials =
        RegistryCredentials.parse("{\"reg.example\": {\"auth\": \"%s\"}}".formatted(AUTH));

    assertThat(credentials.forImage("reg.example/x"))
        .contains(auth("reg.example", "me", "sec:ret"));
  }

  @Test
  void mayHoldNone() {
    assertThat(RegistryCredentials.parse("{}").forImage("x")).isEmpty();
    assertThat(RegistryCredentials.parse("{\"HttpHeaders\": {\"a\": \"b\"}}").forImage("x"))
        .isEmpty();
  }

  @Test
  void whatComesFirstWins() {
    RegistryCredentials both =
        RegistryCredentials.of("a.example", "u1", "p1")
            .or(RegistryCredentials.of("a.example", "u2", "p2"))
            .or(RegistryCredentials.of("b.example", "u3", "p3"));

    assertThat(both.forImage("a.example/x")).contains(auth("a.example", "u1", "p1"));
    assertThat(both.forImage("b.example/x")).contains(auth("b.example", "u3", "p3"));
  }

  @Test
  void theHeaderIsTheEnginesForm() {
    String header =
        new String(
            Base64.getUrlDecoder().decode(auth("a.example", "u", "p\"q").header()),
            StandardCharsets.UTF_8);

    assertThat(header)
        .isEqualTo("{\"password\":\"p\\\"q\",\"serveraddress\":\"a.example\",\"username\":\"u\"}");
  }

  @Test
  void nothingIsPrintedOfThem() {
    assertThat(auth("a.example", "user", "secret"))
        .asString()
        .contains("a.example")
        .doesNotContain("secret")
        .doesNotContain("user");
    assertThat(RegistryCredentials.of("a.example", "user", "secret"))
        .asString()
        .doesNotContain("secret");
    assertThatThrownBy(() -> RegistryCredentials.parse("{\"auths\": secret"))
        .hasMessageContaining("line 1")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () -> RegistryCredentials.parse("{\"auths\":{\"a.example\":{\"auth\":\"sec*ret\"}}}"))
        .hasMessageContaining("a.example")
        .hasMessageNotContaining("sec*ret");
    assertThat(DockerConfig.of("{\"auths\":{\"a.example\":{\"auth\":\"%s\"}}}".formatted(AUTH)))
        .hasToString("(JSON)");
  }

  @Test
  void aFileIsReadAnewEachTime() throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, "{}");
    DockerConfig config = DockerConfig.of(file.toString());
    assertThat(config.credentials().forImage("a.example/x")).isEmpty();
    assertThat(config).hasToString(file.toString());

    Files.writeString(file, "{\"auths\":{\"a.example\":{\"auth\":\"%s\"}}}".formatted(AUTH));

    assertThat(config.credentials().forImage("a.example/x")).isPresent();
    assertThat(DockerConfig.of("file://" + file).credentials().forImage("a.example/x")).isPresent();
    assertThatThrownBy(() -> DockerConfig.of(directory.resolve("none").toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--docker_config")
        .hasMessageContaining("none");
  }

  private static RegistryAuth auth(String registry, String username, String password) {
    return new RegistryAuth(registry, username, password, "");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
