package io.meseta.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

  @TempDir Path directory;

  @Test
  void gpusAreCountedByTheirDevices() throws IOException {
    Path devices = Files.createDirectories(directory.resolve("dev"));
    for (String name : new String[] {"nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm"}) {
      Files.createFile(devices.resolve(name));
    }

    assertThat(Machine.gpus(devices, directory.resolve("none"))).isEqualTo(3);
  }

  @Test
  void withoutDevicesTheDriversListCounts() throws IOException {
    Path list = Files.createDirectories(directory.resolve("gpus"));
    Files.createDirectory(list.resolve("0000:01:00.0"));

    assertThat(Machine.gpus(directory.resolve("none"), list)).isEqualTo(1);
    assertThat(Machine.gpus(directory.resolve("none"), directory.resolve("none"))).isZero();
  }
}
