package io.meseta.agent.container.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A program that waits for ever, and does nothing else: what runs in the container that holds a
 * group's network. It is made here, byte by byte, so that an agent needs no image from anywhere.
 *
 * <p>The file is an ELF executable of the smallest usual form:
 *
 * <pre>
 * 0x00  64 bytes  file header: which machine, where execution begins
 * 0x40  56 bytes  one program header: the whole file is mapped at 0x400000, read and execute
 * 0x78            the instructions
 * </pre>
 *
 * <p>It uses no stack, no memory of its own and no library. As the first process of its container
 * it gets no signal that it does not handle, but for SIGKILL; a wait that ends all the same begins
 * again.
 */
enum HolderProgram {

  /**
   * pause(2), for ever.
   *
   * <pre>
   * b8 22 00 00 00   mov eax, 34      the number of pause
   * 0f 05            syscall
   * eb f7            jmp -9           to the first instruction
   * </pre>
   */
  X86_64(62, "b822000000 0f05 ebf7"),

  /**
   * ppoll(2) of nothing, without a time limit, for ever: this machine has no pause(2).
   *
   * <pre>
   * 00 00 80 d2      mov x0, #0       no descriptors
   * 01 00 80 d2      mov x1, #0       none of them
   * 02 00 80 d2      mov x2, #0       no time limit
   * 03 00 80 d2      mov x3, #0       the signal mask stays
   * 04 00 80 d2      mov x4, #0
   * 28 09 80 d2      mov x8, #73      the number of ppoll
   * 01 00 00 d4      svc #0
   * f9 ff ff 17      b -28            to the first instruction
   * </pre>
   */
  AARCH64(183, "000080d2 010080d2 020080d2 030080d2 040080d2 280980d2 010000d4 f9ffff17");

  /** The program's path in its image, without the slash. */
  static final String NAME = "hold";

  /** To be counted up with each change of the image. */
  static final String VERSION = "1";

  private static final int HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final int SECTION_HEADER_BYTES = 64;

  /** A multiple of the page size of any machine meant here, as the file begins at a page. */
  private static final long ADDRESS = 0x400000;

  private static final long ALIGNMENT = 0x10000;
  private static final int LOAD = 1;
  private static final int READ_AND_EXECUTE = 4 | 1;
  private static final int EXECUTABLE = 2;
  private static final int MODE = 0555;

  private final int machine;
  private final String instructions;

  HolderProgram(int machine, String instructions) {
    this.machine = machine;
    this.instructions = instructions.replace(" ", "");
  }

  /**
   * The one for a machine.
   *
   * @param architecture as an engine calls it
   * @throws EngineException if there is none
   */
  static HolderProgram of(String architecture) throws EngineException {
    return switch (architecture.toLowerCase(Locale.ROOT)) {
      case "x86_64", "amd64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new EngineException(
              EngineException.Kind.REFUSED,
              "task groups with a network of their own need an engine on x86_64 or aarch64; this"
                  + " one is on "
                  + architecture,
              null);
    };
  }

  /** The executable file. */
  byte[] asElf() {
    byte[] code = HexFormat.of().parseHex(instructions);
    int start = HEADER_BYTES + PROGRAM_HEADER_BYTES;
    int size = start + code.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    // The file header: magic number; 64 bits, little endian, version 1, System V.
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) EXECUTABLE).putShort((short) machine).putInt(1);
    file.putLong(ADDRESS + start); // where execution begins
    file.putLong(HEADER_BYTES); // where the program headers are
    file.putLong(0); // no section headers
    file.putInt(0); // no flags
    file.putShort((short) HEADER_BYTES);
    file.putShort((short) PROGRAM_HEADER_BYTES).putShort((short) 1);
    file.putShort((short) SECTION_HEADER_BYTES).putShort((short) 0).putShort((short) 0);
    // The program header.
    file.putInt(LOAD).putInt(READ_AND_EXECUTE);
    file.putLong(0).putLong(ADDRESS).putLong(ADDRESS); // from where in the file, to where
    file.putLong(size).putLong(size); // how much of the file, how much memory
    file.putLong(ALIGNMENT);
    file.put(code);
    return file.array();
  }

  /** The image's whole file system. The same bytes each time, so that the image is the same. */
  byte[] asTar() {
    byte[] elf = asElf();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(NAME);
      entry.setSize(elf.length);
      entry.setMode(MODE);
      entry.setModTime(0);
      tar.putArchiveEntry(entry);
      tar.write(elf);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException("not possible: everything is in memory", e);
    }
    return bytes.toByteArray();
  }
}
