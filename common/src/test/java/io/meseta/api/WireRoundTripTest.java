package io.meseta.api;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.codec.JsonReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Messages filled at random, of every type, through our classes and those of Mesos. A failure names
 * the type and the seed.
 */
class WireRoundTripTest {
  private static final int SEEDS = 4;

  @Test
  void oursComesBackFromMesosWhole() throws InvalidProtocolBufferException {
    for (Descriptor type : Ours.messageTypes()) {
      Message prototype = Ours.prototype(type);
      for (long seed = 0; seed < SEEDS; seed++) {
        Message sent = new RandomMessages(seed, true).next(prototype);
        byte[] answer = Oracle.rewrite(type.getFullName(), sent.toByteArray());
        assertThat(prototype.getParserForType().parseFrom(answer))
            .as("%s, seed %d", type.getFullName(), seed)
            .isEqualTo(sent);
      }
    }
  }

  @Test
  void theirsComesBackFromOursWhole() throws InvalidProtocolBufferException {
    Map<String, Message> ourPrototypes =
        Ours.messageTypes().stream().collect(toMap(Descriptor::getFullName, Ours::prototype));
    for (Descriptor type : Oracle.messageTypes()) {
      String name = type.getFullName();
      Message ourPrototype = requireNonNull(ourPrototypes.get(name), name);
      for (long seed = 0; seed < SEEDS; seed++) {
        // Made by their description of the type, so that a field that we lack would be in it.
        Message made = new RandomMessages(seed, true).next(DynamicMessage.getDefaultInstance(type));
        var sent = Oracle.parse(name, made.toByteArray());
        Message read = ourPrototype.getParserForType().parseFrom(sent.toByteArray());
        assertThat(Oracle.parse(name, read.toByteArray()))
            .as("%s, seed %d", name, seed)
            .isEqualTo(sent);
      }
    }
  }

  @Test
  void bothUnderstandEveryFieldAlike() {
    for (Descriptor type : Ours.messageTypes()) {
      Message prototype = Ours.prototype(type);
      for (long seed = 0; seed < SEEDS; seed++) {
        // Without unknown fields: whatever one side did not understand would be told by its number.
        Message sent = new RandomMessages(seed, false).next(prototype);
        String theirs =
            org.apache.mesos.protobuf.TextFormat.printToString(
                Oracle.parse(type.getFullName(), sent.toByteArray()));
        assertThat(TextFormat.printer().printToString(sent))
            .as("%s, seed %d", type.getFullName(), seed)
            .isEqualTo(theirs);
      }
    }
  }

  @Test
  void jsonComesBackWhole() throws Exception {
    for (Descriptor type : Ours.messageTypes()) {
      Message prototype = Ours.prototype(type);
      for (long seed = 0; seed < SEEDS; seed++) {
        Message sent = new RandomMessages(seed, false).next(prototype);
        byte[] json = JsonPrinter.toBytes(sent);
        Message read = JsonReader.read(json, prototype);
        // Defaults that were printed come back as set; beyond that nothing may change.
        assertThat(read)
            .as("%s, seed %d", type.getFullName(), seed)
            .isEqualTo(withPrintedDefaults(sent));
        assertThat(JsonPrinter.toBytes(read)).isEqualTo(json);
      }
    }
  }

  /** The message with every default set that JSON prints, at every level. */
  private static Message withPrintedDefaults(Message message) {
    Message.Builder copy = message.toBuilder();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
          for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            Message element = (Message) message.getRepeatedField(field, i);
            copy.setRepeatedField(field, i, withPrintedDefaults(element));
          }
        }
      } else if (message.hasField(field)) {
        if (message.getField(field) instanceof Message child) {
          copy.setField(field, withPrintedDefaults(child));
        }
      } else if (field.hasDefaultValue() && !field.getOptions().getDeprecated()) {
        copy.setField(field, field.getDefaultValue());
      }
    }
    return copy.build();
  }
}
