package io.meseta.common.codec;

/**
 * Large messages are decoded one after the other.
 *
 * <p>Millions of tiny fields, known or not, take many times their bytes in memory while they are
 * decoded. The size of a message is limited so that one of these fits; that several of them come at
 * the same moment, one on each thread, is not provided for. To wait here is to wait for the end of
 * one such decoding.
 */
public final class LargeMessages {

  private static final int LARGE_BYTES = 64 * 1024;
  private static final Object TURN = new Object();

  private LargeMessages() {}

  /** Makes a message of bytes. */
  public interface Decoder<M, X extends Exception> {
    M decode(byte[] bytes) throws X;
  }

  /** Decodes at once, or when it is this message's turn. */
  public static <M, X extends Exception> M decode(byte[] bytes, Decoder<M, X> decoder) throws X {
    if (bytes.length <= LARGE_BYTES) {
      return decoder.decode(bytes);
    }
    synchronized (TURN) {
      return decoder.decode(bytes);
    }
  }
}
