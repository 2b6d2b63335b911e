package io.meseta.common.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A part of a gzipped body, compressed by itself: parts can be made side by side, kept and sent
 * again, and one after the other between {@link #header} and {@link Sum#trailer} they are one
 * ordinary gzip member. Immutable.
 */
public final class GzipPart {

  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /** An empty last block, as every part ends with one that is not the last. */
  private static final byte[] LAST_BLOCK = {3, 0};

  private static final int TRAILER_BYTES = 8;

  /** The generator of the checksum's polynomials, lowest power first. */
  private static final int POLYNOMIAL = 0xedb88320;

  private static final int ONE = 0x80000000;

  private final byte[] compressed;
  private final int crc;
  private final int length;

  private GzipPart(byte[] compressed, int crc, int length) {
    this.compressed = compressed;
    this.crc = crc;
    this.length = length;
  }

  /** Not a copy: not to be changed. */
  public byte[] compressed() {
    return compressed;
  }

  /** Compresses one part. */
  public static GzipPart of(byte[] plain) {
    CRC32 crc = new CRC32();
    crc.update(plain);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(plain);
      ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4 + 64);
      byte[] buffer = new byte[16 * 1024];
      int size;
      do {
        // The flush ends on a whole byte, so that the next part can follow.
        size = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        out.write(buffer, 0, size);
      } while (size == buffer.length);
      return new GzipPart(out.toByteArray(), (int) crc.getValue(), plain.length);
    } finally {
      deflater.end();
    }
  }

  /** What comes before the first part. */
  public static byte[] header() {
    return HEADER.clone();
  }

  /** The checksum and length of all parts so far, in their order. Not thread-safe. */
  public static final class Sum {
    private int crc;
    private long length;

    /** Takes the next part into account. */
    public void add(GzipPart part) {
      crc = multiply(power(part.length), crc) ^ part.crc;
      length += part.length;
    }

    /** What comes after the last part. */
    public byte[] trailer() {
      return ByteBuffer.allocate(LAST_BLOCK.length + TRAILER_BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(LAST_BLOCK)
          .putInt(crc)
          .putInt((int) length)
          .array();
    }
  }

  /** {@code x} to the power of 8 times {@code bytes}: what so many bytes do to a checksum. */
  private static int power(int bytes) {
    int result = ONE;
    // x^8, then squared for each bit of the exponent.
    int square = ONE >>> 8;
    for (int rest = bytes; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        result = multiply(square, result);
      }
      square = multiply(square, square);
    }
    return result;
  }

  /** The product of two polynomials, modulo that of the checksum. */
  private static int multiply(int a, int b) {
    int product = 0;
    int term = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= term;
      }
      term = (term & 1) != 0 ? (term >>> 1) ^ POLYNOMIAL : term >>> 1;
    }
    return product;
  }
}
