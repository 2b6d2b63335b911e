package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.scheduler.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
  private static final Call CALL =
      Call.newBuilder()
          .setType(Call.Type.ACCEPT)
          .setAccept(Call.Accept.newBuilder().addOfferIds(OfferID.newBuilder().setValue("o")))
          .build();

  @ParameterizedTest
  @EnumSource(names = {"JSON", "PROTOBUF"})
  void messageComesBack(MediaType type) throws DecodeException, IOException {
    byte[] bytes = Codec.encode(CALL, type);
    assertThat(Codec.decode(bytes, Call.getDefaultInstance(), type)).isEqualTo(CALL);

    var out = new ByteArrayOutputStream();
    Codec.encode(CALL, type, out);
    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource(names = {"JSON", "PROTOBUF"})
  void bufferOfAnyKindIsReadAndLeftAlone(MediaType type) throws DecodeException {
    byte[] bytes = Codec.encode(CALL, type);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteBuffer part =
        ByteBuffer.allocate(bytes.length + 6).position(3).put(bytes).flip().position(3);
    for (ByteBuffer each : new ByteBuffer[] {direct, part, part.asReadOnlyBuffer()}) {
      int position = each.position();
      assertThat(Codec.decode(each, Call.getDefaultInstance(), type)).isEqualTo(CALL);
      assertThat(each.position()).isEqualTo(position);
    }
  }

  @Test
  void recordIoIsNoMessageType() {
    assertThatThrownBy(() -> Codec.encode(CALL, MediaType.RECORDIO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RecordIo.frame");
    assertThatThrownBy(
            () -> Codec.decode(new byte[0], Call.getDefaultInstance(), MediaType.RECORDIO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void missingRequiredFieldInProtobufIsToldWithItsPath() {
    var accept = Call.Accept.newBuilder().addOfferIds(OfferID.getDefaultInstance()).buildPartial();
    byte[] bytes = Call.newBuilder().setAccept(accept).buildPartial().toByteArray();
    assertThatThrownBy(() -> Codec.decode(bytes, Call.getDefaultInstance(), MediaType.PROTOBUF))
        .isInstanceOf(DecodeException.class)
        .hasMessage("accept.offer_ids[0].value: missing required field");
  }

  @Test
  void malformedProtobufIsToldAsSuch() {
    byte[] bytes = CALL.toByteArray();
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
    for (byte[] each :
        new byte[][] {
          cut, {(byte) 0xff}, {0x0f}, {0x04}, "{}".getBytes(StandardCharsets.US_ASCII)
        }) {
      assertThatThrownBy(() -> Codec.decode(each, Call.getDefaultInstance(), MediaType.PROTOBUF))
          .isInstanceOf(DecodeException.class)
          .hasMessageStartingWith("malformed protobuf for mesos.v1.scheduler.Call: ");
    }
  }

  @Test
  void deepProtobufIsAnErrorAndNoStackOverflow() throws IOException {
    byte[] bytes = nested(5_000);
    assertThatThrownBy(
            () -> Codec.decode(bytes, ContainerID.getDefaultInstance(), MediaType.PROTOBUF))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("malformed protobuf");
  }

  @Test
  void messageAsDeepAsJsonAllowsIsAlsoAllowedInProtobuf() throws Exception {
    byte[] bytes = nested(Codec.MAX_DEPTH - 1);
    ContainerID id = Codec.decode(bytes, ContainerID.getDefaultInstance(), MediaType.PROTOBUF);
    byte[] json = Codec.encode(id, MediaType.JSON);
    assertThat(Codec.decode(json, ContainerID.getDefaultInstance(), MediaType.JSON)).isEqualTo(id);
  }

  @Test
  void unknownFieldsOfProtobufAreKept() throws DecodeException {
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(5000, UnknownFieldSet.Field.newBuilder().addFixed32(7).build())
            .build();
    Call call = CALL.toBuilder().setUnknownFields(unknown).build();
    assertThat(Codec.decode(call.toByteArray(), Call.getDefaultInstance(), MediaType.PROTOBUF))
        .isEqualTo(call);
  }

  @Test
  void messageTypesMadeAtRunTimeAreDecodedToo() throws DecodeException {
    FieldDescriptor field = Schema.ALL.findFieldByName("int32");
    DynamicMessage message = DynamicMessage.newBuilder(Schema.ALL).setField(field, 5).build();
    assertThat(Codec.decode(message.toByteArray(), Schema.EMPTY, MediaType.PROTOBUF))
        .isEqualTo(message);
  }

  /** A container id with that many ancestors, written from the inside out. */
  private static byte[] nested(int depth) throws IOException {
    byte[] bytes = ContainerID.newBuilder().setValue("c").build().toByteArray();
    for (int i = 0; i < depth; i++) {
      var out = new ByteArrayOutputStream();
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.writeString(ContainerID.VALUE_FIELD_NUMBER, "c");
      coded.writeByteArray(ContainerID.PARENT_FIELD_NUMBER, bytes);
      coded.flush();
      bytes = out.toByteArray();
    }
    return bytes;
  }
}
