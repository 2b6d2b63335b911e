package io.meseta.cli.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packages of the master know of each other. */
class MasterRulesTest {

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
    List<String> pages = dependencies("io.meseta.master.http.read");
    assertThat(pages).isNotEmpty().noneMatch(MasterRulesTest::leadsIntoTheCore);
    List<String> streams = dependencies("io.meseta.master.feed");
    assertThat(streams).isNotEmpty().noneMatch(MasterRulesTest::leadsIntoTheCore);
    // The one that has to have such a way shows that the rule can find it.
    List<String> calls = dependencies("io.meseta.master.http", "SchedulerEndpoint");
    assertThat(calls).anyMatch(MasterRulesTest::leadsIntoTheCore);
  }

  private static boolean leadsIntoTheCore(String type) {
    return type.startsWith("io.meseta.master.core.")
        || type.equals("io.meseta.master.http.Inbox")
        || type.equals("io.meseta.master.http.Connections");
  }

  /** The names of the types that these classes, or all of the package, use directly. */
  private static List<String> dependencies(String packageName, String... simpleNames) {
    JavaClasses classes =
        CoreRules.read(
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()),
            packageName);
    return classes.stream()
        .filter(type -> simpleNames.length == 0 || isOneOf(type, simpleNames))
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .map(dependency -> dependency.getTargetClass().getName())
        .toList();
  }

  private static boolean isOneOf(JavaClass type, String... simpleNames) {
    return Stream.of(simpleNames)
        .anyMatch(name -> type.getName().matches(".*\\." + name + "(\\$.*)?"));
  }
}
