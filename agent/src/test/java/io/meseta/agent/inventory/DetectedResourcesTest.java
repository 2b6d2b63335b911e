package io.meseta.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectedResourcesTest {

  @ParameterizedTest(name = "{0} MiB of memory, {2} MiB of disk")
  @CsvSource({
    "16384, 15360, 102400, 97280",
    "2048, 1024, 10240, 5120",
    "2047, 1023, 10239, 5119", // too little to keep all from it: half
    "0, 0, 0, 0"
  })
  void someIsKeptForTheMachine(long memory, long mem, long total, long disk) {
    DetectedResources resources =
        DetectedResources.of(new Machine(4, memory << 20, total << 20, 2, "host"));

    assertThat(resources).isEqualTo(new DetectedResources(4000, mem, disk, 31000, 32000, 2));
  }

  @Test
  void aMachineHasSomethingOfAll(@TempDir Path directory) throws IOException {
    Machine machine = Machine.detect(directory.resolve("not/yet"));

    assertThat(machine.cpus()).isPositive();
    assertThat(machine.memoryBytes()).isGreaterThan(100L << 20);
    assertThat(machine.diskBytes()).isPositive();
    assertThat(machine.hostname()).isNotBlank();
  }
}
