package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldAccessTest {
  private static final FrameworkInfo INFO =
      FrameworkInfo.newBuilder()
          .setUser("root")
          .setName("web")
          .setId(FrameworkID.newBuilder().setValue("f1"))
          .setFailoverTimeout(7)
          .addRoles("a")
          .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
          .build();
  private static final TaskStatus STATUS =
      TaskStatus.newBuilder()
          .setTaskId(TaskID.newBuilder().setValue("t1"))
          .setState(TaskState.TASK_LOST)
          .setHealthy(true)
          .build();

  @Test
  void fieldsOfGeneratedMessagesAreReadDirectlyAndGiveWhatReflectionGives() {
    for (Message message :
        List.of(INFO, STATUS, TaskInfo.getDefaultInstance(), Offer.getDefaultInstance())) {
      for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
        FieldAccess access = new FieldAccess(field);
        assertThat(access.get(message)).as(field.getFullName()).isEqualTo(message.getField(field));
        if (!field.isRepeated()) {
          assertThat(FieldAccess.direct(message.getClass(), field))
              .as(field.getFullName())
              .isPresent();
          assertThat(access.isSet(message))
              .as(field.getFullName())
              .isEqualTo(message.hasField(field));
        }
      }
    }
  }

  @Test
  void dynamicMessagesOfTheSameTypeAreReadByReflection() {
    FieldDescriptor user = FrameworkInfo.getDescriptor().findFieldByName("user");
    FieldAccess access = new FieldAccess(user);
    assertThat(access.isSet(INFO)).isTrue();
    assertThat(access.get(DynamicMessage.newBuilder(INFO).build())).isEqualTo("root");
    assertThat(access.isSet(DynamicMessage.getDefaultInstance(FrameworkInfo.getDescriptor())))
        .isFalse();
  }
}
