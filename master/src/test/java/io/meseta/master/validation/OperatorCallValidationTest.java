package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.master.Call;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OperatorCallValidationTest {

  private static final AgentID AGENT = AgentID.newBuilder().setValue("m-S0").build();

  private static Call.Builder drain(Call.DrainAgent.Builder drain) {
    return Call.newBuilder().setType(Call.Type.DRAIN_AGENT).setDrainAgent(drain);
  }

  private static Call.DrainAgent.Builder drainOf(AgentID agent) {
    return Call.DrainAgent.newBuilder().setAgentId(agent);
  }

  static List<Call.Builder> valid() {
    return List.of(
        drain(drainOf(AGENT)),
        drain(drainOf(AGENT).setMaxGracePeriod(Duration.newBuilder().setSeconds(600))),
        drain(drainOf(AGENT).setMaxGracePeriod(Duration.getDefaultInstance()).setMarkGone(true)),
        Call.newBuilder()
            .setType(Call.Type.MARK_AGENT_GONE)
            .setMarkAgentGone(Call.MarkAgentGone.newBuilder().setAgentId(AGENT)),
        Call.newBuilder()
            .setType(Call.Type.DEACTIVATE_AGENT)
            .setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(AGENT)),
        Call.newBuilder()
            .setType(Call.Type.REACTIVATE_AGENT)
            .setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(AGENT)),
        Call.newBuilder()
            .setType(Call.Type.TEARDOWN)
            .setTeardown(
                Call.Teardown.newBuilder()
                    .setFrameworkId(FrameworkID.newBuilder().setValue("m-0000"))));
  }

  @ParameterizedTest
  @MethodSource("valid")
  void whatIsCompleteIsUnderstood(Call.Builder call) {
    assertThat(OperatorCallValidation.invalidReason(call.build())).isEmpty();
    assertThat(OperatorCallValidation.isImplemented(call.getType())).isTrue();
  }

  static List<Call.Builder> invalid() {
    return List.of(
        Call.newBuilder(),
        drain(drainOf(AgentID.newBuilder().setValue("").build())),
        drain(drainOf(AgentID.newBuilder().setValue("a/b").build())),
        drain(drainOf(AGENT).setMaxGracePeriod(Duration.newBuilder().setSeconds(-1))),
        drain(drainOf(AGENT).setMaxGracePeriod(Duration.newBuilder().setNanos(-1))),
        drain(drainOf(AGENT).setMaxGracePeriod(Duration.newBuilder().setNanos(1_000_000_000))),
        drain(drainOf(AGENT).setMaxGracePeriod(Duration.newBuilder().setSeconds(Long.MAX_VALUE))),
        Call.newBuilder()
            .setType(Call.Type.TEARDOWN)
            .setTeardown(
                Call.Teardown.newBuilder().setFrameworkId(FrameworkID.newBuilder().setValue(""))));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void whatIsNotIsRefusedWithTheField(Call.Builder call) {
    assertThat(OperatorCallValidation.invalidReason(call.build()))
        .hasValueSatisfying(reason -> assertThat(reason).contains("'"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.Type.class,
      names = {
        "MARK_AGENT_GONE",
        "DRAIN_AGENT",
        "DEACTIVATE_AGENT",
        "REACTIVATE_AGENT",
        "TEARDOWN"
      })
  void theMemberThatTheTypeNamesHasToBeThere(Call.Type type) {
    assertThat(OperatorCallValidation.invalidReason(Call.newBuilder().setType(type).build()))
        .hasValueSatisfying(reason -> assertThat(reason).contains("is missing"));
  }

  @Test
  void whatIsNotImplementedIsNotWrong() {
    Call call = Call.newBuilder().setType(Call.Type.GET_STATE).build();

    assertThat(OperatorCallValidation.invalidReason(call)).isEmpty();
    assertThat(OperatorCallValidation.isImplemented(call.getType())).isFalse();
  }
}
