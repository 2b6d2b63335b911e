package io.meseta.agent.container.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.sandbox.SandboxOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A pseudo-terminal: the kernel's pair of a file that a command takes for its terminal, and one by
 * which somebody plays the person in front of it. Any thread; reading is one thread's.
 */
final class Terminal implements AutoCloseable {

  /** The few functions of the C library that Java has no other way to. */
  interface LibC extends Library {
    int open(String path, int flags) throws LastErrorException;

    int close(int file) throws LastErrorException;

    long read(int file, byte[] buffer, long length) throws LastErrorException;

    long write(int file, byte[] buffer, long length) throws LastErrorException;

    int ioctl(int file, long request, byte[] argument) throws LastErrorException;

    int poll(byte[] files, long count, int timeoutMillis) throws LastErrorException;
  }

  private static final class Loaded {
    static final LibC LIB_C = Native.load("c", LibC.class);
  }

  // Numbers of Linux, the same on the machines that Java runs on.
  private static final int READ_WRITE = 2;
  private static final int NO_CONTROLLING_TERMINAL = 0x100;
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final long SET_LOCK = 0x40045431;
  private static final long GET_NUMBER = 0x80045430L;
  private static final long SET_SIZE = 0x5414;
  private static final short POLL_IN = 1;
  private static final int INTERRUPTED = 4;
  private static final int INPUT_OUTPUT = 5;

  private static final byte[] END_OF_INPUT = "\4".getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER = 16 * 1024;
  private static final int POLL_MILLIS = 100;

  private final int master;
  private final Path file;
  // Who uses the file reads, who closes it writes: its number must not become another file's.
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  private Terminal(int master, Path file) {
    this.master = master;
    this.file = file;
  }

  /** Opens one, for a command of this user. */
  static Terminal open(TerminalSize size, SandboxOwner owner) throws IOException {
    int master;
    try {
      master = Loaded.LIB_C.open("/dev/ptmx", READ_WRITE | NO_CONTROLLING_TERMINAL | CLOSE_ON_EXEC);
    } catch (LastErrorException | UnsatisfiedLinkError e) {
      throw new IOException("no terminal can be had on this machine: " + e.getMessage(), e);
    }
    try {
      Loaded.LIB_C.ioctl(master, SET_LOCK, new byte[Integer.BYTES]);
      byte[] number = new byte[Integer.BYTES];
      Loaded.LIB_C.ioctl(master, GET_NUMBER, number);
      Path file =
          Path.of(
              "/dev/pts",
              Integer.toString(
                  ByteBuffer.wrap(number).order(java.nio.ByteOrder.nativeOrder()).getInt()));
      owner.give(file);
      Terminal terminal = new Terminal(master, file);
      terminal.resize(size);
      return terminal;
    } catch (LastErrorException | IOException e) {
      Loaded.LIB_C.close(master);
      throw new IOException("a terminal could not be set up: " + e.getMessage(), e);
    }
  }

  /** What the command opens. */
  Path file() {
    return file;
  }

  void resize(TerminalSize size) {
    TerminalSize wanted = ProcessExec.orDefault(size);
    byte[] argument =
        ByteBuffer.allocate(4 * Short.BYTES)
            .order(java.nio.ByteOrder.nativeOrder())
            .putShort((short) wanted.rows())
            .putShort((short) wanted.columns())
            .array();
    use.readLock().lock();
    try {
      if (!closed) {
        Loaded.LIB_C.ioctl(master, SET_SIZE, argument);
      }
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Reads until the command and all that it started have closed the terminal.
   *
   * @param ended whether the command has ended; before that, nobody may have opened it yet
   */
  void read(Consumer<ByteBuffer> to, BooleanSupplier ended)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    while (true) {
      boolean over = ended.getAsBoolean();
      long length = readSome(buffer);
      if (length > 0) {
        to.accept(ByteBuffer.wrap(buffer.clone(), 0, (int) length));
      } else if (over) {
        return;
      } else if (length < 0) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  /** The number of bytes; 0 if there are none now; -1 if nobody has it open. */
  private long readSome(byte[] buffer) throws IOException {
    use.readLock().lock();
    try {
      if (closed || Loaded.LIB_C.poll(pollFor(master), 1, POLL_MILLIS) == 0) {
        return 0;
      }
      return Loaded.LIB_C.read(master, buffer, buffer.length);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == INPUT_OUTPUT) {
        return -1;
      }
      if (e.getErrorCode() == INTERRUPTED) {
        return 0;
      }
      throw new IOException("terminal: " + e.getMessage(), e);
    } finally {
      use.readLock().unlock();
    }
  }

  private static byte[] pollFor(int file) {
    return ByteBuffer.allocate(Integer.BYTES + 2 * Short.BYTES)
        .order(java.nio.ByteOrder.nativeOrder())
        .putInt(file)
        .putShort(POLL_IN)
        .array();
  }

  /** Blocks until the terminal takes it. */
  void write(byte[] bytes) throws IOException {
    byte[] left = bytes;
    use.readLock().lock();
    try {
      while (left.length > 0) {
        if (closed) {
          throw new IOException("the command has ended");
        }
        int written = (int) Loaded.LIB_C.write(master, left, left.length);
        left = java.util.Arrays.copyOfRange(left, written, left.length);
      }
    } catch (LastErrorException e) {
      throw new IOException("terminal: " + e.getMessage(), e);
    } finally {
      use.readLock().unlock();
    }
  }

  /** What a person types at the end of the input. */
  void writeEnd() throws IOException {
    write(END_OF_INPUT);
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        Loaded.LIB_C.close(master);
      }
    } finally {
      use.writeLock().unlock();
    }
  }
}
