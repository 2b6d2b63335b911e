package io.meseta.common.recording.graph;

import java.util.Arrays;

/** A growing array of bytes. Not thread-safe. */
public final class ByteSink {

  private byte[] bytes;
  private int size;

  public ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  /** Forgets what was written; the capacity stays. */
  public void clear() {
    size = 0;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** What has been written, without a copy: the first {@link #size} bytes. */
  byte[] array() {
    return bytes;
  }

  public void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /** Seven bits per byte, the lowest first: small numbers are short, negative ones ten bytes. */
  public void writeVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** A number that may be negative, small in either direction. */
  public void writeSigned(long value) {
    writeVarint((value << 1) ^ (value >> 63));
  }

  public void writeLong(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /** The length and the bytes. */
  public void writeBytes(byte[] value) {
    writeVarint(value.length);
    writeRaw(value, value.length);
  }

  void writeRaw(byte[] value, int length) {
    ensure(length);
    System.arraycopy(value, 0, bytes, size, length);
    size += length;
  }

  /**
   * Every string as it is, half surrogates included, which UTF-8 would lose: one byte per character
   * where that is enough, otherwise two.
   */
  public void writeString(String value) {
    int length = value.length();
    boolean narrow = true;
    for (int i = 0; i < length && narrow; i++) {
      narrow = value.charAt(i) <= 0xFF;
    }
    writeVarint((long) length << 1 | (narrow ? 0 : 1));
    ensure(2 * length);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (!narrow) {
        bytes[size++] = (byte) (c >>> 8);
      }
      bytes[size++] = (byte) c;
    }
  }

  private void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
    }
  }
}
