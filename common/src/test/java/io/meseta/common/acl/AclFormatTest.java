package io.meseta.common.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AclFormatTest {

  @Test
  void theFirstEntryThatConcernsBothDecides() {
    Authorizer lists =
        AclFormat.parse(
            """
            {"run_tasks": [
              {"principals": {"values": ["a", "b"]}, "users": {"values": ["alice"]}},
              {"principals": {"values": ["a"]}, "users": {"type": "NONE"}}]}
            """);

    assertThat(allows(lists, "a", "alice")).isTrue();
    assertThat(allows(lists, "a", "root")).isFalse();
    assertThat(allows(lists, "b", "root")).as("permissive is the default").isTrue();
  }

  private static boolean allows(Authorizer lists, String principal, String user) {
    return lists.allows(Optional.of(principal), Action.RUN_TASKS, Optional.of(user));
  }

  @ParameterizedTest
  @CsvSource({
    "eng, false",
    "eng/dev, true",
    "eng/dev/x, true",
    "engine, false",
    "eng/, false",
    "other, false"
  })
  void rolesBelowAnotherAreNamedByIt(String role, boolean allowed) {
    Authorizer lists =
        AclFormat.parse(
            "{\"permissive\": false, \"register_frameworks\": [{\"principals\": {\"type\":"
                + " \"ANY\"}, \"roles\": {\"values\": [\"eng/%\"]}}]}");

    assertThat(lists.allows(Optional.of("a"), Action.REGISTER_FRAMEWORKS, Optional.of(role)))
        .isEqualTo(allowed);
  }

  @Test
  void aPercentSignMeansNothingInWhatIsNoRole() {
    Authorizer lists =
        AclFormat.parse(
            "{\"permissive\": false, \"run_tasks\": [{\"principals\": {\"type\": \"ANY\"},"
                + " \"users\": {\"values\": [\"a/%\"]}}]}");

    assertThat(allows(lists, "x", "a/b")).isFalse();
  }

  @Test
  void listsForWhatIsNotHereAreTakenAlong() {
    assertThat(AclFormat.parse("{\"create_block_disks\": []}"))
        .isEqualTo(Authorizer.allowingEverything());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{} {}",
        "{\"permissive\": \"false\"}",
        "{\"run_task\": []}",
        "{\"run_tasks\": {}}",
        "{\"run_tasks\": [{}]}",
        "{\"run_tasks\": [{\"principals\": {\"type\": \"ANY\"}}]}",
        "{\"run_tasks\": [{\"principals\": {\"type\": \"ANY\"}, \"roles\": {\"type\": \"ANY\"}}]}",
        "{\"run_tasks\": [{\"principals\": {\"type\": \"any\"}, \"users\": {\"type\": \"ANY\"}}]}",
        "{\"run_tasks\": [{\"principals\": {\"values\": []}, \"users\": {\"type\": \"ANY\"}}]}",
        "{\"run_tasks\": [{\"principals\": {\"values\": [1]}, \"users\": {\"type\": \"ANY\"}}]}",
        "{\"run_tasks\": [{\"principals\": {\"values\": \"a\"}, \"users\": {\"type\": \"ANY\"}}]}",
      })
  void whatCouldOpenADoorByMistakeIsAnError(String text) {
    assertThatThrownBy(() -> AclFormat.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
