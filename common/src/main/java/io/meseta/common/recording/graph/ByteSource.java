package io.meseta.common.recording.graph;

import java.nio.charset.StandardCharsets;

/**
 * Reads what a {@link ByteSink} wrote. Not thread-safe; throws {@link GraphException} where the
 * bytes end too early.
 */
public final class ByteSource {

  private final byte[] bytes;
  private int position;

  public ByteSource(byte[] bytes) {
    this.bytes = bytes;
  }

  public boolean isAtEnd() {
    return position == bytes.length;
  }

  public int readByte() {
    need(1);
    return bytes[position++] & 0xFF;
  }

  public long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new GraphException("a number that does not end");
  }

  public long readSigned() {
    long value = readVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  public long readLong() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = (value << 8) | (bytes[position++] & 0xFF);
    }
    return value;
  }

  /** A count of things of which each takes at least a byte: more than there are bytes is damage. */
  public int readCount() {
    long count = readVarint();
    need(count);
    return (int) count;
  }

  public byte[] readBytes() {
    int length = readCount();
    byte[] value = new byte[length];
    System.arraycopy(bytes, position, value, 0, length);
    position += length;
    return value;
  }

  public String readString() {
    long head = readVarint();
    long length = head >>> 1;
    boolean narrow = (head & 1) == 0;
    need(length);
    need(narrow ? length : 2 * length);
    String value;
    if (narrow) {
      value = new String(bytes, position, (int) length, StandardCharsets.ISO_8859_1);
      position += (int) length;
      return value;
    }
    char[] chars = new char[(int) length];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) (readByte() << 8 | readByte());
    }
    return new String(chars);
  }

  private void need(long count) {
    if (count < 0 || count > bytes.length - position) {
      throw new GraphException("the data ends in the middle of something");
    }
  }
}
