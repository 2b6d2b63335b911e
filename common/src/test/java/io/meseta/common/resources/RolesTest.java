package io.meseta.common.resources;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {
  @ParameterizedTest
  @ValueSource(strings = {"*", "web", "a/b/c", "a-b", "a.b", "été", "a*"})
  void acceptsNames(String role) {
    assertThat(Roles.invalidReason(role)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "-a", "a b", "a\tb", "a\bb", "/a", "a/", "a//b", "a/../b", "a/*", "a/-b", "/"
      })
  void refusesNames(String role) {
    assertThat(Roles.invalidReason(role)).isPresent();
  }

  @Test
  void knowsTheHierarchy() {
    assertThat(Roles.isStrictlyBelow("a/b", "a")).isTrue();
    assertThat(Roles.isStrictlyBelow("a/b/c", "a")).isTrue();
    assertThat(Roles.isStrictlyBelow("a", "a")).isFalse();
    assertThat(Roles.isStrictlyBelow("ab/c", "a")).isFalse();
    assertThat(Roles.isStrictlyBelow("a", "a/b")).isFalse();
  }
}
