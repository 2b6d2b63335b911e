package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationValidationTest {

  private final Register.Builder register =
      Register.newBuilder().setVersion("test").setProcessId("p");

  RegistrationValidationTest() {
    register.getAgentBuilder().setHostname("h");
  }

  private Optional<String> reason() {
    return RegistrationValidation.invalidReason(register.build());
  }

  private void runs(FrameworkInfo.Builder framework) {
    register.addFrameworks(framework.setUser("root").setName("n"));
  }

  private static FrameworkID id(String id) {
    return FrameworkID.newBuilder().setValue(id).build();
  }

  @Test
  void takesWhatIsUsual() {
    assertThat(reason()).isEmpty();
    register.getAgentBuilder().getIdBuilder().setValue("");
    assertThat(reason()).as("some have an empty id before they have one").isEmpty();
    register.getAgentBuilder().getIdBuilder().setValue("M-S0");
    runs(FrameworkInfo.newBuilder().setId(id("M-0000")));
    assertThat(reason()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "a\nb"})
  void refusesIdsThatCannotNameADirectory(String id) {
    register.getAgentBuilder().getIdBuilder().setValue(id);
    assertThat(reason()).get().asString().startsWith("The agent id");
  }

  @Test
  void refusesWhatTheRegistryCouldNotKeep() {
    register.getAgentBuilder().setHostname("x".repeat(400_000));
    assertThat(reason()).get().asString().contains("393216");
  }

  @Test
  void refusesFrameworksThatCannotBe() {
    runs(FrameworkInfo.newBuilder());
    assertThat(reason())
        .contains("the agent tells of a framework that cannot be: The framework id is empty");
    register.clearFrameworks();
    runs(FrameworkInfo.newBuilder().setId(id("f")).addRoles("web"));
    assertThat(reason()).get().asString().contains("MULTI_ROLE");
  }

  @Test
  void refusesAnAgentWithoutAHost() {
    register.getAgentBuilder().setHostname("");
    assertThat(reason()).contains("the agent has no hostname");
  }
}
