package io.meseta.cli.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.meseta.common.planted.PlantedUpwardDependency;
import io.meseta.master.planted.PlantedNettyUser;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dependencies between modules point downwards only, and libraries stay behind the packages that
 * hide them. This module sees all others, so the rules are proved here. A rule that finds no class
 * to look at fails, so that a package that was renamed cannot slip away.
 */
class ModuleRulesTest {

  private static JavaClasses everything;

  @BeforeAll
  static void importClasses() {
    everything =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.meseta");
  }

  @ParameterizedTest
  @MethodSource("io.meseta.cli.arch.Module#all")
  void usesOnlyModulesBelow(Module module) {
    downwards(module).check(everything);
  }

  @ParameterizedTest
  @MethodSource("io.meseta.cli.arch.Library#all")
  void isHiddenBehindOnePackage(Library library) {
    hidden(library).check(everything);
  }

  @Test
  void everyPackageBelongsToAModule() {
    String[] known =
        Module.all().stream().flatMap(module -> module.packages().stream()).toArray(String[]::new);
    classes().should().resideInAnyPackage(known).check(everything);
  }

  @Test
  void anUpwardDependencyIsFound() {
    JavaClasses planted = new ClassFileImporter().importClasses(PlantedUpwardDependency.class);

    assertThatThrownBy(() -> downwards(Module.COMMON).check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PlantedUpwardDependency");
  }

  @Test
  void aLibraryInTheWrongPackageIsFound() {
    JavaClasses planted = new ClassFileImporter().importClasses(PlantedNettyUser.class);
    Library netty =
        Library.all().stream()
            .filter(library -> library.packages().equals("io.netty.."))
            .findFirst()
            .orElseThrow();

    assertThatThrownBy(() -> hidden(netty).check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PlantedNettyUser");
  }

  private static ArchRule downwards(Module module) {
    return noClasses()
        .that()
        .resideInAnyPackage(strings(module.packages()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(strings(module.forbiddenPackages()));
  }

  private static ArchRule hidden(Library library) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(strings(library.homes()))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library.packages());
  }

  private static String[] strings(List<String> list) {
    return list.toArray(String[]::new);
  }
}
