package io.meseta.common.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** A body that is being received, up to a limit. Grows with what has come. */
final class BodyBuffer {
  private static final int FIRST_BYTES = 4 * 1024;

  private final int maxBytes;
  private byte[] bytes = new byte[0];
  private int size;

  BodyBuffer(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes the readable bytes; false, and takes none of them, if that is over the limit. */
  boolean add(ByteBuf more) {
    int count = more.readableBytes();
    if (count > maxBytes - size) {
      return false;
    }
    if (count > bytes.length - size) {
      long wanted = Math.max(FIRST_BYTES, Math.max((long) size + count, bytes.length * 2L));
      bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, wanted));
    }
    more.getBytes(more.readerIndex(), bytes, size, count);
    size += count;
    return true;
  }

  /** Takes as many of the readable bytes as fit. */
  void addWhatFits(ByteBuf more) {
    int fits = Math.min(more.readableBytes(), maxBytes - size);
    add(more.slice(more.readerIndex(), fits));
  }

  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
