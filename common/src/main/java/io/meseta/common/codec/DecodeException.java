package io.meseta.common.codec;

import org.jspecify.annotations.Nullable;

/**
 * Bytes from a peer are not what they should be.
 *
 * <p>The message is meant for whoever sent the bytes: it names the field ({@code
 * accept.offer_ids[0].value: missing required field}) or the place in the text, and is short enough
 * to be the body of a 400 answer. Checked, because it is always the peer's doing and always has an
 * answer.
 */
public final class DecodeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong, in words for the sender. */
  public DecodeException(String message) {
    super(message);
  }

  /** What is wrong, in words for the sender, and the parser's own complaint for the log. */
  public DecodeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
