package io.meseta.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.DomainInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainsTest {

  private static final String JSON =
      "{\"fault_domain\": {\"region\": {\"name\": \"north\"}, \"zone\": {\"name\": \"n1\"}}}";

  @Test
  void isReadFromJsonOrAFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("domain.json"), JSON);

    DomainInfo domain = Domains.parse(JSON);

    assertThat(domain.getFaultDomain().getRegion().getName()).isEqualTo("north");
    assertThat(domain.getFaultDomain().getZone().getName()).isEqualTo("n1");
    assertThat(Domains.parse(file.toString())).isEqualTo(domain);
    assertThat(Domains.parse("file://" + file)).isEqualTo(domain);
    assertThat(Domains.parse(Domains.print(domain))).isEqualTo(domain);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"fault_domain\": {\"region\": {\"name\": \"north\"}}}",
        "{\"fault_domain\": {\"region\": {\"name\": \"\"}, \"zone\": {\"name\": \"n1\"}}}",
        "{\"fault",
        "/no/such/file",
        "north"
      })
  void anythingElseIsRefused(String value) {
    assertThatThrownBy(() -> Domains.parse(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(value);
  }
}
