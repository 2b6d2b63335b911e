package io.meseta.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.meseta.common.arch.CoreRules;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packages of the master may know of the world, and of each other. */
class ArchitectureTest {

  /** Each by itself, so that none of them passes by the classes of another. */
  @Test
  void theCoreKnowsNothingOfTheWorld() {
    CoreRules.assertObeyedBy("io.meseta.master.core");
  }

  @Test
  void theAllocationKnowsNothingOfTheWorld() {
    CoreRules.assertObeyedBy("io.meseta.master.allocation");
  }

  @Test
  void theValidationKnowsNothingOfTheWorld() {
    CoreRules.assertObeyedBy("io.meseta.master.validation");
  }

  @Test
  void theAllocationAndTheValidationDoNotKnowTheCoreThatAsksThem() {
    assertThat(dependencies("io.meseta.master.allocation"))
        .isNotEmpty()
        .noneMatch(name -> name.startsWith("io.meseta.master.core."));
    assertThat(dependencies("io.meseta.master.validation"))
        .isNotEmpty()
        .noneMatch(name -> name.startsWith("io.meseta.master.core."));
  }

  /** What the pages show is published; whoever reads them cannot hold up the loop. */
  @Test
  void pagesHaveNoWayIntoTheCore() {
    List<String> endpoint = dependencies("io.meseta.master.http", "SchedulerEndpoint");
    List<String> pages = dependencies("io.meseta.master.http", "ReadEndpoints", "StateJson");
    assertThat(endpoint).anyMatch(ArchitectureTest::leadsIntoTheCore);
    assertThat(pages).isNotEmpty().noneMatch(ArchitectureTest::leadsIntoTheCore);
  }

  private static boolean leadsIntoTheCore(String type) {
    return type.startsWith("io.meseta.master.core.")
        || type.equals("io.meseta.master.http.Inbox")
        || type.equals("io.meseta.master.http.Connections");
  }

  /** The names of the types that these classes, or all of the package, use directly. */
  private static List<String> dependencies(String packageName, String... simpleNames) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(packageName);
    return classes.stream()
        .filter(type -> simpleNames.length == 0 || isOneOf(type, simpleNames))
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .map(dependency -> dependency.getTargetClass().getName())
        .toList();
  }

  private static boolean isOneOf(JavaClass type, String... simpleNames) {
    return Stream.of(simpleNames)
        .anyMatch(name -> type.getFullName().matches(".*\\." + name + "(\\$.*)?"));
  }
}
