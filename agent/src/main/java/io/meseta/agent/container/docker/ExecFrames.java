package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerExec.Output;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The output of a command as the engine sends it: with a terminal the bare bytes; without one,
 * pieces with 8 bytes before each: the stream (1 or 2), 3 zeros, the length.
 */
final class ExecFrames {

  private static final int HEADER_BYTES = 8;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private ExecFrames() {}

  /** Hands over everything until the end; the taker decides how fast. */
  static void copyTerminal(HijackedStream stream, Output output) throws IOException {
    for (ByteBuffer piece = stream.read(); piece.hasRemaining(); piece = stream.read()) {
      output.stdout(piece);
    }
  }

  /** As {@link #copyTerminal}, in two streams. A piece may be large: it is not put together. */
  static void copy(HijackedStream stream, Output output) throws IOException {
    while (true) {
      byte[] header = stream.readFully(HEADER_BYTES);
      if (header.length == 0) {
        return;
      }
      if (header.length < HEADER_BYTES) {
        throw new EOFException("the output ended within a header");
      }
      int type = header[0];
      long left = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(4));
      if (type != STDOUT && type != STDERR) {
        throw new IOException("not the output of a command: stream " + type);
      }
      while (left > 0) {
        ByteBuffer piece = stream.read((int) Math.min(left, Integer.MAX_VALUE));
        if (!piece.hasRemaining()) {
          throw new EOFException("the output ended within a piece");
        }
        left -= piece.remaining();
        if (type == STDOUT) {
          output.stdout(piece);
        } else {
          output.stderr(piece);
        }
      }
    }
  }
}
