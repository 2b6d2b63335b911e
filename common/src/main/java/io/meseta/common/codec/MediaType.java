package io.meseta.common.codec;

import java.util.Locale;
import java.util.Optional;

/**
 * The content types of the v1 APIs.
 *
 * <p>{@link #JSON} and {@link #PROTOBUF} say how one message is written. {@link #RECORDIO} is the
 * envelope of a stream whose messages have a type of their own (the {@code Message-Accept} and
 * {@code Message-Content-Type} headers); a single message cannot be encoded as it.
 */
public enum MediaType {
  /** Mesos's JSON. */
  JSON("application/json"),
  /** The binary protobuf encoding. */
  PROTOBUF("application/x-protobuf"),
  /** Length-framed records, each holding one message of another media type. */
  RECORDIO("application/recordio");

  private final String headerValue;

  MediaType(String headerValue) {
    this.headerValue = headerValue;
  }

  /**
   * The exact text for a {@code Content-Type} header. Never with parameters: several clients
   * compare the whole value.
   */
  public String headerValue() {
    return headerValue;
  }

  /**
   * Reads the value of a {@code Content-Type} header, or one element of an {@code Accept} header.
   *
   * @param header the header's value; letter case, surrounding blanks and parameters ({@code
   *     ;charset=utf-8}) do not matter
   * @return the media type, or empty when it is none of these (a wildcard is none of these either:
   *     what it stands for is the negotiator's decision)
   */
  public static Optional<MediaType> parse(String header) {
    int semicolon = header.indexOf(';');
    String essence = semicolon < 0 ? header : header.substring(0, semicolon);
    String wanted = essence.strip().toLowerCase(Locale.ROOT);
    for (MediaType type : values()) {
      if (type.headerValue.equals(wanted)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return headerValue;
  }
}
