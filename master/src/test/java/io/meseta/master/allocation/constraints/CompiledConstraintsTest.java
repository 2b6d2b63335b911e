package io.meseta.master.allocation.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.DomainInfo;
import io.meseta.api.v1.DomainInfo.FaultDomain;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.AttributeConstraint;
import io.meseta.api.v1.scheduler.AttributeConstraint.Predicate;
import io.meseta.api.v1.scheduler.AttributeConstraint.Selector;
import io.meseta.api.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.api.v1.scheduler.OfferConstraints.RoleConstraints;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What constraints say of agents. */
class CompiledConstraintsTest {

  private static final AgentTraits AGENT =
      AgentTraits.of(
          AgentInfo.newBuilder()
              .setHostname("a.example.com")
              .addAttributes(text("rack", "r1"))
              .addAttributes(text("rack", "r2"))
              .addAttributes(
                  Attribute.newBuilder()
                      .setName("cores")
                      .setType(Value.Type.SCALAR)
                      .setScalar(Value.Scalar.newBuilder().setValue(8)))
              .addAttributes(
                  Attribute.newBuilder()
                      .setName("lines")
                      .setType(Value.Type.RANGES)
                      .setRanges(
                          Value.Ranges.newBuilder()
                              .addRange(Value.Range.newBuilder().setBegin(1).setEnd(2))))
              .setDomain(
                  DomainInfo.newBuilder()
                      .setFaultDomain(
                          FaultDomain.newBuilder()
                              .setRegion(FaultDomain.RegionInfo.newBuilder().setName("north"))
                              .setZone(FaultDomain.ZoneInfo.newBuilder().setName("n1"))))
              .build());

  private static final AgentTraits WITHOUT_DOMAIN =
      AgentTraits.of(AgentInfo.newBuilder().setHostname("b").build());

  private static Attribute text(String name, String value) {
    return Attribute.newBuilder()
        .setName(name)
        .setType(Value.Type.TEXT)
        .setText(Value.Text.newBuilder().setValue(value))
        .build();
  }

  private static Selector attribute(String name) {
    return Selector.newBuilder().setAttributeName(name).build();
  }

  private static Selector pseudo(PseudoattributeType type) {
    return Selector.newBuilder().setPseudoattributeType(type).build();
  }

  private static Predicate predicate(String kind, String argument) {
    Predicate.Builder predicate = Predicate.newBuilder();
    switch (kind) {
      case "exists" -> predicate.setExists(Predicate.Exists.getDefaultInstance());
      case "not_exists" -> predicate.setNotExists(Predicate.NotExists.getDefaultInstance());
      case "text_equals" ->
          predicate.setTextEquals(Predicate.TextEquals.newBuilder().setValue(argument));
      case "text_not_equals" ->
          predicate.setTextNotEquals(Predicate.TextNotEquals.newBuilder().setValue(argument));
      case "text_matches" ->
          predicate.setTextMatches(Predicate.TextMatches.newBuilder().setRegex(argument));
      case "text_not_matches" ->
          predicate.setTextNotMatches(Predicate.TextNotMatches.newBuilder().setRegex(argument));
      default -> throw new IllegalArgumentException(kind);
    }
    return predicate.build();
  }

  private static AttributeConstraint constraint(Selector selector, String kind, String argument) {
    return AttributeConstraint.newBuilder()
        .setSelector(selector)
        .setPredicate(predicate(kind, argument))
        .build();
  }

  private static RoleConstraints.Group group(AttributeConstraint... constraints) {
    return RoleConstraints.Group.newBuilder()
        .addAllAttributeConstraints(List.of(constraints))
        .build();
  }

  private static OfferConstraints ofWeb(RoleConstraints.Group... groups) {
    return OfferConstraints.newBuilder()
        .putRoleConstraints(
            "web", RoleConstraints.newBuilder().addAllGroups(List.of(groups)).build())
        .build();
  }

  private static CompiledConstraints compile(OfferConstraints message) {
    return CompiledConstraints.of(message, ConstraintLimits.DEFAULTS);
  }

  /** Numbers and ranges pass whatever is said of texts, and of two of a name the first counts. */
  @ParameterizedTest
  @CsvSource({
    "rack,    exists,           '',     true",
    "cores,   exists,           '',     true",
    "lines,   exists,           '',     true",
    "missing, exists,           '',     false",
    "rack,    not_exists,       '',     false",
    "cores,   not_exists,       '',     false",
    "missing, not_exists,       '',     true",
    "rack,    text_equals,      r1,     true",
    "rack,    text_equals,      r2,     false",
    "cores,   text_equals,      9,      true",
    "lines,   text_equals,      9,      true",
    "missing, text_equals,      r1,     false",
    "rack,    text_not_equals,  r1,     false",
    "rack,    text_not_equals,  r2,     true",
    "cores,   text_not_equals,  8,      true",
    "missing, text_not_equals,  r1,     true",
    "rack,    text_matches,     r[0-9], true",
    "rack,    text_matches,     r,      false",
    "rack,    text_matches,     1,      false",
    "rack,    text_matches,     r|r1,   true",
    "cores,   text_matches,     x,      true",
    "missing, text_matches,     .*,     false",
    "rack,    text_not_matches, r[0-9], false",
    "rack,    text_not_matches, r,      true",
    "cores,   text_not_matches, .*,     true",
    "missing, text_not_matches, .*,     true",
  })
  void anAttributeMeetsAPredicateOrNot(
      String name, String kind, String argument, boolean expected) {
    CompiledConstraints constraints =
        compile(ofWeb(group(constraint(attribute(name), kind, argument))));

    assertThat(constraints.allows("web", AGENT)).isEqualTo(expected);
    assertThat(constraints.unmet("web", AGENT).isEmpty()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "HOSTNAME, text_equals,      a.example.com, true,  false",
    "HOSTNAME, text_matches,     .*\\.com,      true,  false",
    "HOSTNAME, exists,           '',            true,  true",
    "REGION,   text_equals,      north,         true,  false",
    "REGION,   text_equals,      south,         false, false",
    "REGION,   text_not_equals,  north,         false, true",
    "REGION,   exists,           '',            true,  false",
    "ZONE,     text_matches,     n.,            true,  false",
    "ZONE,     text_not_matches, n.,            false, true",
    "ZONE,     not_exists,       '',            false, true",
  })
  void hostnameRegionAndZoneAreAsGoodAsAttributes(
      PseudoattributeType type, String kind, String argument, boolean expected, boolean without) {
    CompiledConstraints constraints =
        compile(ofWeb(group(constraint(pseudo(type), kind, argument))));

    assertThat(constraints.allows("web", AGENT)).isEqualTo(expected);
    assertThat(constraints.allows("web", WITHOUT_DOMAIN)).isEqualTo(without);
  }

  @Test
  void allOfOneGroupSuffice() {
    AttributeConstraint met = constraint(attribute("rack"), "exists", "");
    AttributeConstraint unmet = constraint(attribute("rack"), "text_equals", "r9");
    AttributeConstraint unmetToo = constraint(pseudo(PseudoattributeType.ZONE), "not_exists", "");

    assertThat(compile(ofWeb(group(met, unmet), group(met))).allows("web", AGENT)).isTrue();

    CompiledConstraints none = compile(ofWeb(group(met, unmet), group(unmet, unmetToo)));
    assertThat(none.allows("web", AGENT)).isFalse();
    assertThat(none.unmet("web", AGENT))
        .containsExactly(
            "attribute 'rack' must be 'r9' and is 'r1'",
            "attribute 'rack' must be 'r9' and is 'r1', the zone must not exist and is 'n1'");
  }

  @Test
  void anotherRoleTakesAnyAgent() {
    CompiledConstraints constraints =
        compile(ofWeb(group(constraint(attribute("missing"), "exists", ""))));

    assertThat(constraints.allows("db", AGENT)).isTrue();
    assertThat(constraints.unmet("db", AGENT)).isEmpty();
    assertThat(CompiledConstraints.NONE.allows("web", AGENT)).isTrue();
  }

  @Test
  void theyAreEqualWhenTheirMessagesAre() {
    OfferConstraints message = ofWeb(group(constraint(attribute("rack"), "text_matches", "r.")));

    assertThat(compile(message)).isEqualTo(compile(message)).hasSameHashCodeAs(compile(message));
    assertThat(compile(message)).isNotEqualTo(CompiledConstraints.NONE);
    assertThat(compile(OfferConstraints.getDefaultInstance())).isEqualTo(CompiledConstraints.NONE);
  }

  // ---- what is not valid ----

  private static void assertRefused(OfferConstraints message, String because) {
    assertThatThrownBy(() -> compile(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("role 'web'")
        .hasMessageContaining(because);
  }

  @Test
  void emptyGroupsAreRefused() {
    assertRefused(ofWeb(), "no group");
    assertRefused(ofWeb(group()), "empty");
  }

  @Test
  void aConstraintHasToSayWhatItWantsOfWhat() {
    Predicate exists = predicate("exists", "");
    assertRefused(
        ofWeb(
            group(
                AttributeConstraint.newBuilder()
                    .setSelector(Selector.getDefaultInstance())
                    .setPredicate(exists)
                    .build())),
        "'selector'");
    assertRefused(
        ofWeb(
            group(
                AttributeConstraint.newBuilder()
                    .setSelector(attribute("rack"))
                    .setPredicate(Predicate.getDefaultInstance())
                    .build())),
        "'predicate'");
  }

  @ParameterizedTest
  @EnumSource(names = "UNKNOWN")
  void anUnknownPseudoattributeIsRefused(PseudoattributeType type) {
    assertRefused(ofWeb(group(constraint(pseudo(type), "exists", ""))), "UNKNOWN");
  }

  @ParameterizedTest
  @CsvSource({"text_matches", "text_not_matches"})
  void aBadRegularExpressionIsRefused(String kind) {
    assertRefused(ofWeb(group(constraint(attribute("rack"), kind, "r("))), "'r('");
  }
}
