package io.meseta.common.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * One message to bytes and back, in either media type.
 *
 * <p>All methods are thread-safe and keep nothing. Decoding never trusts its input: it refuses
 * malformed bytes, missing required fields and nesting deeper than {@link #MAX_DEPTH}, always with
 * a {@link DecodeException}. How large an input may be is for the caller to limit before it gets
 * here.
 */
public final class Codec {
  /**
   * How deep messages may nest in what a peer sends. Protobuf's own default; the deepest real
   * message of the API stays under 20.
   */
  public static final int MAX_DEPTH = 100;

  private Codec() {}

  /**
   * The message as bytes of the given type.
   *
   * @throws IllegalArgumentException for {@link MediaType#RECORDIO}, which frames messages and does
   *     not encode them
   */
  public static byte[] encode(Message message, MediaType type) {
    return switch (type) {
      case JSON -> JsonPrinter.toBytes(message);
      case PROTOBUF -> message.toByteArray();
      case RECORDIO -> throw notAMessageType();
    };
  }

  /**
   * Writes the message to a stream as it is encoded, without the whole text in memory. Leaves the
   * stream open.
   *
   * @throws IOException whatever the stream throws
   * @throws IllegalArgumentException for {@link MediaType#RECORDIO}
   */
  public static void encode(Message message, MediaType type, OutputStream out) throws IOException {
    switch (type) {
      case JSON -> JsonPrinter.write(message, out);
      case PROTOBUF -> message.writeTo(out);
      case RECORDIO -> throw notAMessageType();
    }
  }

  /**
   * Reads one message that fills all the bytes.
   *
   * @param prototype any instance of the wanted type, usually {@code X.getDefaultInstance()}
   * @throws DecodeException when the bytes are no such message; the text is for the sender
   * @throws IllegalArgumentException for {@link MediaType#RECORDIO}
   */
  public static <M extends Message> M decode(byte[] bytes, M prototype, MediaType type)
      throws DecodeException {
    return decode(ByteBuffer.wrap(bytes), prototype, type);
  }

  /**
   * Reads one message that fills the buffer from its position to its limit. The buffer's position
   * is left alone, and nothing of the result refers to the buffer.
   *
   * @param prototype any instance of the wanted type, usually {@code X.getDefaultInstance()}
   * @throws DecodeException when the bytes are no such message; the text is for the sender
   * @throws IllegalArgumentException for {@link MediaType#RECORDIO}
   */
  public static <M extends Message> M decode(ByteBuffer bytes, M prototype, MediaType type)
      throws DecodeException {
    return switch (type) {
      case JSON -> JsonReader.read(bytes, prototype);
      case PROTOBUF -> decodeProtobuf(bytes, prototype);
      case RECORDIO -> throw notAMessageType();
    };
  }

  private static <M extends Message> M decodeProtobuf(ByteBuffer bytes, M prototype)
      throws DecodeException {
    CodedInputStream in = CodedInputStream.newInstance(bytes.duplicate());
    in.setRecursionLimit(MAX_DEPTH);
    Message.Builder builder = prototype.newBuilderForType();
    try {
      builder.mergeFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw new DecodeException(
          "malformed protobuf for " + name(prototype) + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DecodeException("unreadable protobuf for " + name(prototype), e);
    }
    return RequiredFields.check(builder, prototype);
  }

  private static String name(Message prototype) {
    return prototype.getDescriptorForType().getFullName();
  }

  private static IllegalArgumentException notAMessageType() {
    return new IllegalArgumentException(
        MediaType.RECORDIO
            + " frames messages of another type: encode each as JSON or protobuf, then RecordIo.frame");
  }
}
