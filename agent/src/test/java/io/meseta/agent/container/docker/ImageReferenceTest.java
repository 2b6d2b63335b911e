package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "busybox, busybox, latest",
    "busybox:1.36, busybox, 1.36",
    "host:5000/a/b, host:5000/a/b, latest",
    "host:5000/a/b:c, host:5000/a/b, c",
    "a@sha256:0123, a@sha256:0123, ''",
    "a:1@sha256:0123, a:1@sha256:0123, ''"
  })
  void splits(String image, String repository, String tag) {
    assertThat(ImageReference.parse(image)).isEqualTo(new ImageReference(repository, tag));
  }
}
