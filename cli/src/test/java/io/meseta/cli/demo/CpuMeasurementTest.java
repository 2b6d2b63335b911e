package io.meseta.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.cli.demo.CpuMeasurement.Window;
import io.meseta.cli.demo.cgroup.CgroupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuMeasurementTest {

  private static final long SECOND_NS = 1_000_000_000L;

  @TempDir private Path root;
  private CpuMeasurement measurement;

  @BeforeEach
  void makeCgroup() throws IOException {
    Files.createDirectories(root.resolve("proc/self"));
    Files.createDirectories(root.resolve("proc/1"));
    Files.writeString(
        root.resolve("proc/self/mountinfo"), "1 2 0:1 / /cgroup rw - cgroup2 cgroup2 rw\n");
    Files.writeString(root.resolve("proc/1/cgroup"), "0::/\n");
    measurement = new CpuMeasurement(new CgroupReader(root).of(1), 500);
  }

  @Test
  void atItsLimitAndHeldBack_holds() throws DoesNotHoldException {
    assertThat(measurement.verdict(new Window(SECOND_NS * 3 / 2, SECOND_NS * 3, 29)))
        .isEqualTo(
            "used 0.500 CPU over 3.0 s, limit 0.5, tolerance 10 %; the kernel held it back in 29"
                + " periods");
  }

  @Test
  void moreThanGranted_doesNotHold() {
    assertThatThrownBy(() -> measurement.verdict(new Window(SECOND_NS, SECOND_NS, 5)))
        .isInstanceOf(DoesNotHoldException.class)
        .hasMessageContaining("more than granted");
  }

  @Test
  void lessThanGranted_showsNothing() {
    assertThatThrownBy(() -> measurement.verdict(new Window(SECOND_NS / 4, SECOND_NS, 5)))
        .isInstanceOf(DoesNotHoldException.class)
        .hasMessageContaining("very busy");
  }

  @Test
  void neverHeldBack_showsNothing() {
    assertThatThrownBy(() -> measurement.verdict(new Window(SECOND_NS / 2, SECOND_NS, 0)))
        .isInstanceOf(DoesNotHoldException.class)
        .hasMessageContaining("not the limit that held it");
  }
}
