package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.OfferFilters;
import io.meseta.api.v1.Value;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE still write 'role'.
class FrameworkValidationTest {
  private final FrameworkValidation validation = new FrameworkValidation(true);

  private static FrameworkInfo.Builder info() {
    return FrameworkInfo.newBuilder().setUser("u").setName("n");
  }

  private static FrameworkInfo.Builder multiRole(String... roles) {
    return info()
        .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
        .addAllRoles(List.of(roles));
  }

  private Optional<String> reason(FrameworkInfo.Builder info, String... suppressed) {
    return validation.invalidReason(info.build(), List.of(suppressed));
  }

  @Test
  void takesWhatIsUsual() {
    assertThat(reason(info())).isEmpty();
    assertThat(reason(info().setRole("web"))).isEmpty();
    assertThat(reason(multiRole())).isEmpty();
    assertThat(reason(multiRole("*", "web", "a/b"), "web")).isEmpty();
    assertThat(reason(info().setId(FrameworkID.newBuilder().setValue("own-id")))).isEmpty();
  }

  @Test
  void refusesIdsThatCannotNameADirectory() {
    assertThat(reason(info().setId(FrameworkID.newBuilder().setValue("a/b"))))
        .contains("The framework id 'a/b' contains a '/'");
  }

  @Test
  void refusesRolesInTheWrongField() {
    assertThat(reason(info().addRoles("web")))
        .contains("'roles' needs the capability MULTI_ROLE; without it set 'role'");
    assertThat(reason(multiRole("web").setRole("web")))
        .contains("A framework with the capability MULTI_ROLE sets 'roles' and not 'role' ('web')");
  }

  @Test
  void refusesRolesThatAreDuplicateOrNone() {
    assertThat(reason(multiRole("web", "db", "web"))).contains("Role 'web' is given twice");
    assertThat(reason(multiRole("web", "-x")))
        .contains("Role '-x' has a part that begins with '-'");
    assertThat(reason(info().setRole(""))).contains("A role's name cannot be empty");
  }

  @Test
  void refusesToSuppressOtherRoles() {
    assertThat(reason(multiRole("web"), "db"))
        .contains("Suppressed role 'db' is not one of the framework's roles [web]");
    assertThat(reason(info(), "*")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e10})
  void refusesTimesThatAreNone(double seconds) {
    assertThat(reason(info().setFailoverTimeout(seconds)))
        .hasValueSatisfying(text -> assertThat(text).startsWith("'failover_timeout' ("));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 604_800, 9e9})
  void takesTimes(double seconds) {
    assertThat(reason(info().setFailoverTimeout(seconds))).isEmpty();
  }

  @Test
  void refusesRootWhereThatIsOff() {
    var root = info().setUser("root");
    assertThat(reason(root)).isEmpty();
    assertThat(new FrameworkValidation(false).invalidReason(root.build(), List.of()))
        .hasValueSatisfying(text -> assertThat(text).contains("root_submissions is off"));
    assertThat(new FrameworkValidation(false).invalidReason(info().build(), List.of())).isEmpty();
  }

  private static OfferFilters atLeast(double cpus) {
    var filters = OfferFilters.newBuilder();
    filters
        .getMinAllocatableResourcesBuilder()
        .addQuantitiesBuilder()
        .putQuantities("cpus", Value.Scalar.newBuilder().setValue(cpus).build());
    return filters.build();
  }

  @Test
  void judgesOfferFilters() {
    assertThat(reason(multiRole("web").putOfferFilters("web", atLeast(1)))).isEmpty();
    assertThat(reason(multiRole("web").putOfferFilters("db", atLeast(1))))
        .contains(
            "'offer_filters' has the role 'db', which is not one of the framework's roles [web]");
    assertThat(reason(multiRole("web").putOfferFilters("web", atLeast(-1))))
        .contains("'offer_filters' for role 'web': cpus is negative: -1.0");
  }

  @Test
  void keepsWhatCannotChange() {
    var known = info().setPrincipal("me").setCheckpoint(true).setHostname("old").build();
    var given = info().setUser("other").setPrincipal("you").setHostname("new").build();
    assertThat(FrameworkValidation.ignoredChanges(known, given))
        .containsExactly("'user' ('u')", "'checkpoint' (true)", "'principal' (me)");
    assertThat(FrameworkValidation.resubscribed(known, given))
        .isEqualTo(known.toBuilder().setHostname("new").build());
    assertThat(FrameworkValidation.updateRefusal(known, given))
        .hasValueSatisfying(text -> assertThat(text).startsWith("A framework keeps its 'user'"));
    var renamed = known.toBuilder().setName("new name").setHostname("new").build();
    assertThat(FrameworkValidation.updateRefusal(known, renamed)).isEmpty();
    assertThat(FrameworkValidation.resubscribed(known, renamed)).isEqualTo(renamed);
  }

  @Test
  void refusesWhatTheRegistryCouldNotKeep() {
    assertThat(reason(info().setName("x".repeat(100_000)))).isEmpty();
    assertThat(reason(info().setName("x".repeat(200_000))))
        .get()
        .asString()
        .contains("200007 bytes");
  }
}
