package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final FrameworkInfo INFO =
      FrameworkInfo.newBuilder()
          .setUser("root")
          .setName("web")
          .setId(FrameworkID.newBuilder().setValue("f1"))
          .build();

  @Test
  void everyFieldOfGeneratedMessagesIsAskedDirectly() {
    for (Message message :
        List.of(
            INFO,
            TaskInfo.getDefaultInstance(),
            TaskStatus.getDefaultInstance(),
            Offer.getDefaultInstance())) {
      for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
        if (!field.isRepeated()) {
          assertThat(Presence.direct(message.getClass(), field))
              .as(field.getFullName())
              .isPresent();
          assertThat(Presence.of(field).test(message))
              .as(field.getFullName())
              .isEqualTo(message.hasField(field));
        }
      }
    }
  }

  @Test
  void aDynamicMessageOfTheSameTypeIsAskedByReflection() {
    FieldDescriptor user = FrameworkInfo.getDescriptor().findFieldByName("user");
    Presence presence = Presence.of(user);
    assertThat(presence.test(INFO)).isTrue();
    assertThat(presence.test(DynamicMessage.newBuilder(INFO).build())).isTrue();
    assertThat(presence.test(DynamicMessage.getDefaultInstance(FrameworkInfo.getDescriptor())))
        .isFalse();
  }
}
