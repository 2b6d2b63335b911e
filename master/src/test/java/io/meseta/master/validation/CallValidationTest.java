package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.scheduler.Call;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CallValidationTest {
  private static final EnumSet<Call.Type> WITHOUT_BODY =
      EnumSet.of(Call.Type.TEARDOWN, Call.Type.REVIVE, Call.Type.SUPPRESS, Call.Type.UNKNOWN);

  private static Call.Builder call(Call.Type type) {
    return Call.newBuilder().setType(type).setFrameworkId(id("F"));
  }

  private static FrameworkID id(String value) {
    return FrameworkID.newBuilder().setValue(value).build();
  }

  private static FrameworkInfo.Builder info() {
    return FrameworkInfo.newBuilder().setUser("u").setName("n");
  }

  private static Optional<String> reason(Call.Builder call) {
    return CallValidation.invalidReason(call.build());
  }

  private static Call.Builder subscribe(String ofCall, String ofInfo) {
    var call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
    var info = info();
    if (!ofCall.equals("-")) {
      call.setFrameworkId(id(ofCall));
    }
    if (!ofInfo.equals("-")) {
      info.setId(id(ofInfo));
    }
    call.getSubscribeBuilder().setFrameworkInfo(info);
    return call;
  }

  @Test
  void needsAType() {
    assertThat(reason(Call.newBuilder())).contains("'type' is missing, or not the name of a call");
  }

  @Test
  void leavesTheUnknownTypeToOthers() {
    assertThat(reason(Call.newBuilder().setType(Call.Type.UNKNOWN))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Call.Type.class)
  void needsTheCaller(Call.Type type) {
    if (type != Call.Type.SUBSCRIBE && type != Call.Type.UNKNOWN) {
      assertThat(reason(Call.newBuilder().setType(type)))
          .hasValueSatisfying(text -> assertThat(text).startsWith("'framework_id' is missing"));
    }
  }

  static EnumSet<Call.Type> withBody() {
    return EnumSet.complementOf(WITHOUT_BODY);
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void needsTheBody(Call.Type type) {
    assertThat(reason(call(type)))
        .hasValueSatisfying(
            text -> assertThat(text).endsWith("is missing in a call of type " + type));
  }

  @Test
  void takesCallsWithoutABody() {
    assertThat(reason(call(Call.Type.TEARDOWN))).isEmpty();
    assertThat(reason(call(Call.Type.REVIVE))).isEmpty();
    assertThat(reason(call(Call.Type.SUPPRESS))).isEmpty();
  }

  @Test
  void wantsBothIdsEqualOrBothAbsent() {
    assertThat(reason(subscribe("-", "-"))).isEmpty();
    assertThat(reason(subscribe("F", "F"))).isEmpty();
    assertThat(reason(subscribe("", "-"))).isEmpty();
    assertThat(reason(subscribe("F", "-"))).isPresent();
    assertThat(reason(subscribe("-", "F"))).isPresent();
    assertThat(reason(subscribe("F", "G")))
        .contains(
            "'framework_id' ('F') and 'subscribe.framework_info.id' ('G') differ: set both to the"
                + " same id, or neither to subscribe as a new framework");
    var update = call(Call.Type.UPDATE_FRAMEWORK);
    update.getUpdateFrameworkBuilder().setFrameworkInfo(info());
    assertThat(reason(update)).isPresent();
    update.getUpdateFrameworkBuilder().getFrameworkInfoBuilder().setId(id("F"));
    assertThat(reason(update)).isEmpty();
  }

  @Test
  void wantsSixteenBytesAsUuid() {
    var call = call(Call.Type.ACKNOWLEDGE);
    var acknowledge =
        call.getAcknowledgeBuilder()
            .setAgentId(AgentID.newBuilder().setValue("S"))
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setUuid(ByteString.copyFromUtf8("too short"));
    assertThat(reason(call))
        .hasValueSatisfying(text ->
            assertThat(text).startsWith("'acknowledge.uuid' is not a UUID: it has 9 bytes"));
    acknowledge.setUuid(ByteString.copyFrom(new byte[16]));
    assertThat(reason(call)).isEmpty();

    var operation = call(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
    operation
        .getAcknowledgeOperationStatusBuilder()
        .setOperationId(OperationID.newBuilder().setValue("o"))
        .setUuid(ByteString.EMPTY);
    assertThat(reason(operation)).isPresent();
    operation.getAcknowledgeOperationStatusBuilder().setUuid(ByteString.copyFrom(new byte[16]));
    assertThat(reason(operation)).isEmpty();
  }

  @Test
  void comparesPrincipals() {
    var info = info().setPrincipal("me").build();
    assertThat(CallValidation.principalMismatch(Optional.of("me"), info)).isEmpty();
    assertThat(CallValidation.principalMismatch(Optional.empty(), info)).isEmpty();
    assertThat(CallValidation.principalMismatch(Optional.of("you"), info().build())).isEmpty();
    assertThat(CallValidation.principalMismatch(Optional.of("you"), info))
        .contains("Authenticated as 'you', but the framework's 'principal' is 'me'");
  }
}
