package io.meseta.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.Attribute;
import io.meseta.common.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {

  /** 4 CPUs, 16 GiB, 100 GiB. */
  private static final Machine MACHINE = new Machine(4, 16L << 30, 100L << 30, 0, "host");

  private static final String DETECTED = "cpus:4;mem:15360;disk:97280;ports:[31000-32000]";

  @TempDir Path directory;

  private String resources = "";
  private String attributes = "";
  private String systemReserved = "";
  private String role = "*";

  private Inventory inventory(Machine machine) {
    return new Inventory(
        new Inventory.Sources(
            Optional.of(resources).filter(text -> !text.isEmpty()),
            Optional.of(attributes).filter(text -> !text.isEmpty()),
            Optional.of(systemReserved).filter(text -> !text.isEmpty()),
            role),
        machine);
  }

  private Resources read() {
    return inventory(MACHINE).read().resources();
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> inventory(MACHINE).read())
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(words);
  }

  @Test
  void whatNobodySaysIsDetected() {
    assertThat(read()).isEqualTo(Resources.of(DETECTED));
  }

  @Test
  void gpusAreThereWhereThereAreSome() {
    Machine gpus = new Machine(4, 16L << 30, 100L << 30, 2, "host");

    assertThat(inventory(gpus).read().resources()).isEqualTo(Resources.of(DETECTED + ";gpus:2"));
  }

  @Test
  void whatIsSaidReplacesWhatIsDetectedByName() {
    resources = "cpus:2;cpus(web):1;licences:7";

    assertThat(read())
        .isEqualTo(
            Resources.of("cpus:2;cpus(web):1;licences:7;mem:15360;disk:97280;ports:[31000-32000]"));
  }

  @Test
  void theSystemKeepsAPartOfWhatIsDetected() {
    systemReserved = "cpus:0.5;mem:512";

    assertThat(read()).isEqualTo(Resources.of("cpus:3.5;mem:14848;disk:97280;ports:[31000-32000]"));
  }

  @Test
  void theSystemCannotKeepMoreThanThereIs() {
    systemReserved = "cpus:5";

    assertRefused("--system_reserved", "cpus", "is more than what is found");
  }

  @Test
  void theSystemCannotKeepAPartOfWhatIsSaid() {
    resources = "cpus:2";
    systemReserved = "cpus:1";

    assertRefused("--system_reserved", "cpus is not detected here", "--resources");
  }

  @Test
  void everythingIsReservedForTheDefaultRoleThatIsNotReservedAlready() {
    resources = "cpus:2;cpus(db):1";
    role = "web";

    assertThat(read())
        .isEqualTo(
            Resources.of(
                "cpus(web):2;cpus(db):1;mem(web):15360;disk(web):97280;ports(web):[31000-32000]"));
  }

  @Test
  void aRoleThatCannotBeOneIsRefused() {
    role = "-web";

    assertRefused("--default_role", "-web");
  }

  @Test
  void filesAreReadWithSeveralLines() throws IOException {
    Path file = Files.writeString(directory.resolve("resources"), "cpus:1\nmem:100\n");
    resources = "file://" + file;
    attributes =
        Files.writeString(directory.resolve("attributes"), "rack:r1\nzone:a;n:3\n").toString();

    Configuration configuration = inventory(MACHINE).read();

    assertThat(configuration.resources())
        .isEqualTo(Resources.of("cpus:1;mem:100;disk:97280;ports:[31000-32000]"));
    assertThat(configuration.attributes())
        .extracting(Attribute::getName)
        .containsExactly("rack", "zone", "n");
    assertThat(inventory(MACHINE).files()).containsExactly(file, directory.resolve("attributes"));
  }

  @Test
  void resourcesMayBeJson() throws IOException {
    resources =
        Files.writeString(
                directory.resolve("resources.json"),
                """
                [{"name": "cpus", "type": "SCALAR",
                  "scalar": {"value": 3}}]
                """)
            .toString();

    assertThat(read().cpusMilli()).isEqualTo(3000);
  }

  @Test
  void textIsNoFile() {
    attributes = "path:/etc";

    assertThat(inventory(MACHINE).files()).isEmpty();
    assertThat(inventory(MACHINE).read().attributes()).hasSize(1);
  }

  @Test
  void mistakesAreToldWithTheOptionAndThePart() {
    resources = "cpus=4";
    assertRefused("--resources", "cpus=4");
    resources = "";
    attributes = "rack";
    assertRefused("--attributes", "'rack' is not of the form name:value");
    attributes = "/not/there";
    assertRefused("--attributes", "/not/there cannot be read");
  }
}
