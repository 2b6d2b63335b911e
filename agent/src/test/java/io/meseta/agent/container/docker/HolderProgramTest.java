package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The program that waits for ever. */
class HolderProgramTest {

  private static final int SIGKILLED = 137;

  @Test
  void itWaitsAndDoesNothingElse(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("hold");
    Files.write(file, HolderProgram.of(System.getProperty("os.arch")).asElf());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x------"));

    Process process = new ProcessBuilder(file.toString()).start();
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      await("it sleeps in the kernel")
          .atMost(Duration.ofSeconds(20))
          .until(() -> runs(process, file) && line(status, "State:").contains("S (sleeping)"));
      assertThat(line(status, "Threads:")).endsWith("1");
      assertThat(kilobytes(line(status, "VmRSS:"))).isLessThan(100);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(SIGKILLED);
  }

  /** Not still what starts it. */
  private static boolean runs(Process process, Path file) throws IOException {
    assertThat(process.isAlive()).isTrue();
    return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "exe"))
        .equals(file.toRealPath());
  }

  private static String line(Path status, String name) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .orElse(name + " 0 kB");
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  @ParameterizedTest
  @EnumSource
  void theFileBeginsWithItsInstructionsMapped(HolderProgram program) {
    ByteBuffer elf = ByteBuffer.wrap(program.asElf()).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(elf.getInt(0)).isEqualTo(0x464c457f);
    long entry = elf.getLong(0x18);
    int programHeader = (int) elf.getLong(0x20);
    assertThat(programHeader).isEqualTo(elf.getShort(0x34));
    long offset = elf.getLong(programHeader + 0x08);
    long address = elf.getLong(programHeader + 0x10);
    long size = elf.getLong(programHeader + 0x20);
    assertThat(size).isEqualTo(elf.capacity());
    assertThat(entry - address + offset).isEqualTo(programHeader + elf.getShort(0x36));
    assertThat(address % elf.getLong(programHeader + 0x30)).isEqualTo(offset);
  }

  @ParameterizedTest
  @EnumSource
  void theLastInstructionGoesBackToTheFirst(HolderProgram program) {
    ByteBuffer elf = ByteBuffer.wrap(program.asElf()).order(ByteOrder.LITTLE_ENDIAN);
    int end = elf.capacity();
    int target =
        switch (program) {
          // A jump by a signed byte, from behind itself.
          case X86_64 -> end + elf.get(end - 1);
          // A branch by 26 signed bits, counted in instructions from itself.
          case AARCH64 -> end - 4 + ((elf.getInt(end - 4) << 6 >> 6) * 4);
        };

    assertThat(target).isEqualTo(0x78);
  }

  @Test
  void theTarHoldsTheProgramAndIsTheSameEachTime() throws Exception {
    byte[] tar = HolderProgram.X86_64.asTar();

    assertThat(HolderProgram.X86_64.asTar()).isEqualTo(tar);
    try (TarArchiveInputStream read = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      TarArchiveEntry entry = read.getNextEntry();
      assertThat(entry.getName()).isEqualTo(HolderProgram.NAME);
      assertThat(entry.getMode() & 0777).isEqualTo(0555);
      assertThat(read.readAllBytes()).isEqualTo(HolderProgram.X86_64.asElf());
      assertThat(read.getNextEntry()).isNull();
    }
  }

  @Test
  void anotherMachineIsNamed() throws Exception {
    assertThat(HolderProgram.of("aarch64")).isEqualTo(HolderProgram.AARCH64);
    assertThatThrownBy(() -> HolderProgram.of("riscv64"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("riscv64");
  }
}
