package io.meseta.cli.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.meseta.cli.arch.CoreRules.Ban;
import io.meseta.cli.arch.CoreRules.Violation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoreRulesTest {

  private static final String PLANTED = "io.meseta.cli.arch.planted";

  @Test
  void everyPlantedViolationIsFoundUnderItsBan() {
    List<Violation> found = CoreRules.violations(CoreRules.read(new ClassFileImporter(), PLANTED));

    List<String> members = plantedMembers();
    Set<Ban> covered = EnumSet.noneOf(Ban.class);
    for (String member : members) {
      Ban ban = ban(member);
      covered.add(ban);
      assertThat(found)
          .as(member)
          .anySatisfy(violation -> {
            assertThat(violation.ban()).isEqualTo(ban);
            assertThat(violation.where()).contains("." + member);
          });
    }
    assertThat(covered).as("each ban has something planted").isEqualTo(EnumSet.allOf(Ban.class));
  }

  private static List<String> plantedMembers() {
    JavaClass planted =
        CoreRules.read(new ClassFileImporter(), PLANTED).get(PLANTED + ".PlantedViolations");
    List<JavaMember> members = new ArrayList<>(planted.getMethods());
    members.addAll(planted.getFields());
    return members.stream().map(JavaMember::getName).filter(name -> name.contains("_")).toList();
  }

  /** {@code hashOrder_mapOf} is about HASH_ORDER. */
  private static Ban ban(String member) {
    String prefix = member.substring(0, member.indexOf('_'));
    return Ban.valueOf(prefix.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT));
  }

  @Test
  void packagesThatObeyPass() {
    CoreRules.assertObeyedBy("io.meseta.common.ids");
  }

  @Test
  void packagesThatBreakARuleFailWithTheReason() {
    assertThatThrownBy(() -> CoreRules.assertObeyedBy("io.meseta.common.runtime"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("System.nanoTime()")
        .hasMessageContaining("time comes with the event");
  }

  @Test
  void aPackageWithoutClassesDoesNotPassForAGoodOne() {
    assertThatThrownBy(() -> CoreRules.assertObeyedBy("io.meseta.no.such.packages"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("No classes in io.meseta.no.such.packages");
  }

  @Test
  void theMastersCoreKnowsNothingOfTheWorld() {
    CoreRules.assertObeyedBy(
        "io.meseta.master.core", "io.meseta.master.allocation", "io.meseta.master.validation");
  }

  @Test
  void theAgentsCoreKnowsNothingOfTheWorld() {
    CoreRules.assertObeyedBy("io.meseta.agent.core");
  }
}
