package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.PullResponseItem;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people are told of pulls. */
class PullTextsTest {

  private final PullProgress progress = new PullProgress("a.example/x:1");

  @Test
  void sizesAndLayers() throws Exception {
    assertThat(progress.describe()).isEqualTo("pulling a.example/x:1");
    accept("{\"status\":\"Pulling from x\",\"id\":\"1\"}");
    accept("{\"status\":\"Already exists\",\"id\":\"l1\"}");
    accept("{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"l2\"}");
    accept("{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"l3\"}");
    assertThat(progress.describe()).isEqualTo("pulling a.example/x:1: 1 of 3 layers");
    accept(downloading("l2", 45_200_000, 100_000_000));
    accept(downloading("l3", 1_000_000, 20_100_000));
    assertThat(progress.describe())
        .isEqualTo("pulling a.example/x:1: 46.2 of 120.1 MB, 1 of 3 layers");
    accept("{\"status\":\"Download complete\",\"progressDetail\":{},\"id\":\"l3\"}");
    accept(
        "{\"status\":\"Extracting\",\"progressDetail\":{\"current\":5,\"total\":9},\"id\":\"l3\"}");
    accept("{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"l3\"}");
    assertThat(progress.describe())
        .isEqualTo("pulling a.example/x:1: 65.3 of 120.1 MB, 2 of 3 layers");
  }

  @Test
  void anotherTryOfTheEngineIsNoProgress() throws Exception {
    assertThat(accept(downloading("l2", 1, 2))).isTrue();
    assertThat(accept("{\"status\":\"Retrying in 5 seconds\",\"id\":\"l2\"}")).isFalse();
    assertThat(progress.describe()).contains("the engine tries again");
    assertThat(accept(downloading("l2", 1, 2))).isTrue();
    assertThat(progress.describe()).doesNotContain("tries again");
  }

  private static String downloading(String layer, long current, long total) {
    return "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":%d,\"total\":%d},\"id\":\"%s\"}"
        .formatted(current, total, layer);
  }

  private boolean accept(String json) throws JsonProcessingException {
    return progress.accept(new ObjectMapper().readValue(json, PullResponseItem.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NOT_FOUND    | manifest for 127.0.0.1:1/x:1 not found: manifest unknown: manifest unknown
          NOT_FOUND    | pull access denied for x, repository does not exist or may require 'docker login': denied
          UNAUTHORIZED | Head "http://127.0.0.1:1/v2/x/manifests/1": no basic auth credentials
          UNAUTHORIZED | unauthorized: authentication required
          IMPOSSIBLE   | no matching manifest for linux/amd64 in the manifest list entries
          IMPOSSIBLE   | write /var/lib/docker/tmp/GetImageBlob1: no space left on device
          TRANSIENT    | Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused
          TRANSIENT    | received unexpected HTTP status: 503 Service Unavailable
          TRANSIENT    | unexpected EOF
          """)
  void reasons(PullFailure.Kind kind, String reason) {
    assertThat(PullFailure.of(reason).kind()).isEqualTo(kind);
  }

  @Test
  void adviceIsToldWhereThereIsAny() {
    Optional<RegistryAuth> auth = Optional.of(new RegistryAuth("a.example", "u", "p", ""));
    PullFailure notFound = PullFailure.of("manifest unknown");
    assertThat(notFound.advice("a.example/x", auth)).endsWith("check the image's name and tag");
    assertThat(notFound.advice("a.example/x", Optional.empty())).contains("--docker_config");
    PullFailure unauthorized = PullFailure.of("unauthorized: authentication required");
    assertThat(unauthorized.advice("a.example/x", Optional.empty()))
        .contains("give credentials for a.example");
    assertThat(unauthorized.advice("a.example/x", auth))
        .contains("the credentials given for a.example do not let it be pulled");
    assertThat(PullFailure.of("unexpected EOF").advice("x", auth)).isEqualTo("unexpected EOF");
  }
}
