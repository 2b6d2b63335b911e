package io.meseta.common.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every action, for the principal that its list names, for another one and for somebody without
 * one, with and without {@code permissive}.
 */
class AclMatrixTest {
  private static final Optional<String> NAMED = Optional.of("named");
  private static final Optional<String> OTHER = Optional.of("other");
  private static final Optional<String> NOBODY = Optional.empty();
  private static final Optional<String> MINE = Optional.of("mine");
  private static final Optional<String> YOURS = Optional.of("yours");

  static Stream<Arguments> actions() {
    return Arrays.stream(Action.values())
        .flatMap(action -> Stream.of(Arguments.of(action, true), Arguments.of(action, false)));
  }

  private static Authorizer lists(Action action, boolean permissive, String... entries) {
    return AclFormat.parse(
        "{\"permissive\": %s, \"%s\": [%s]}"
            .formatted(
                permissive,
                action.listName(),
                String.join(", ", entries).replace("OBJECTS", action.objectsName())));
  }

  @ParameterizedTest
  @MethodSource("actions")
  void aListedPairIsAllowedAndOthersAreAsPermissiveSays(Action action, boolean permissive) {
    Authorizer lists =
        lists(
            action,
            permissive,
            "{\"principals\": {\"values\": [\"named\"]}, \"OBJECTS\": {\"values\": [\"mine\"]}}");

    assertThat(lists.allows(NAMED, action, MINE)).isTrue();
    assertThat(lists.allows(NAMED, action, YOURS)).isEqualTo(permissive);
    assertThat(lists.allows(NAMED, action, Optional.empty())).isEqualTo(permissive);
    assertThat(lists.allows(OTHER, action, MINE)).isEqualTo(permissive);
    assertThat(lists.allows(NOBODY, action, MINE)).isEqualTo(permissive);
    assertThat(lists.allows(NOBODY, action, Optional.empty())).isEqualTo(permissive);
  }

  @ParameterizedTest
  @MethodSource("actions")
  void aLastEntryForNobodyShutsOthersOutWhateverPermissiveSays(Action action, boolean permissive) {
    Authorizer lists =
        lists(
            action,
            permissive,
            "{\"principals\": {\"values\": [\"named\"]}, \"OBJECTS\": {\"type\": \"ANY\"}}",
            "{\"principals\": {\"type\": \"NONE\"}, \"OBJECTS\": {\"type\": \"ANY\"}}");

    assertThat(lists.allows(NAMED, action, MINE)).isTrue();
    assertThat(lists.allows(NAMED, action, Optional.empty())).isTrue();
    assertThat(lists.allows(OTHER, action, MINE)).isFalse();
    assertThat(lists.allows(NOBODY, action, MINE)).isFalse();
    assertThat(lists.allows(NOBODY, action, Optional.empty())).isFalse();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void whoeverIsListedWithNoneIsRefused(Action action, boolean permissive) {
    Authorizer lists =
        lists(
            action,
            permissive,
            "{\"principals\": {\"values\": [\"named\"]}, \"OBJECTS\": {\"type\": \"NONE\"}}",
            "{\"principals\": {\"type\": \"ANY\"}, \"OBJECTS\": {\"type\": \"ANY\"}}");

    assertThat(lists.allows(NAMED, action, MINE)).isFalse();
    assertThat(lists.allows(OTHER, action, MINE)).isTrue();
    assertThat(lists.allows(NOBODY, action, MINE)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void whatHasNoListIsAsPermissiveSays(Action action, boolean permissive) {
    Authorizer lists = AclFormat.parse("{\"permissive\": " + permissive + "}");

    assertThat(lists.allows(NAMED, action, MINE)).isEqualTo(permissive);
    assertThat(lists.allows(NOBODY, action, Optional.empty())).isEqualTo(permissive);
    assertThat(lists.allowsEverybody(action)).isEqualTo(permissive);
  }

  @ParameterizedTest
  @MethodSource("actions")
  void whoMayDoItToEveryObjectNeedNotBeAskedPerObject(Action action, boolean permissive) {
    String any = "{\"type\": \"ANY\"}";
    String none = "{\"type\": \"NONE\"}";
    String mine = "{\"values\": [\"mine\"]}";
    String named = "{\"values\": [\"named\"]}";

    Authorizer all = lists(action, permissive, entry(named, any));
    assertThat(all.allowsForEveryObject(NAMED, action)).isTrue();
    assertThat(all.allowsForEveryObject(OTHER, action)).isEqualTo(permissive);
    assertThat(all.allowsForEveryObject(NOBODY, action)).isEqualTo(permissive);
    assertThat(lists(action, permissive, entry(named, none)).allowsForEveryObject(NAMED, action))
        .isFalse();
    assertThat(lists(action, permissive, entry(named, mine)).allowsForEveryObject(NAMED, action))
        .isEqualTo(permissive);
    assertThat(
            lists(action, permissive, entry(named, mine), entry(named, any))
                .allowsForEveryObject(NAMED, action))
        .isTrue();
    assertThat(
            lists(action, permissive, entry(none, mine), entry(named, any))
                .allowsForEveryObject(NAMED, action))
        .as("one of them is refused")
        .isFalse();
  }

  private static String entry(String principals, String objects) {
    return "{\"principals\": " + principals + ", \"OBJECTS\": " + objects + "}";
  }

  @Test
  void listsThatWereReadCannotBeChanged() {
    Authorizer lists = lists(Action.RUN_TASKS, false);
    assertThatThrownBy(() -> lists.lists().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
