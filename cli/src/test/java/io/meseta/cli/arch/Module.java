package io.meseta.cli.arch;

import java.util.List;

/**
 * A module with its packages, and the modules that it may use. Maven knows this too; but what a
 * module gets through another one's dependencies, Maven lets it use, and this does not.
 *
 * @param roots the packages that it has, each with all below it
 */
record Module(String name, List<String> roots, List<Module> allowed) {

  static final Module COMMON =
      new Module("common", List.of("io.meseta.api", "io.meseta.common"), List.of());
  static final Module SCHEDULER_API =
      new Module(
          "scheduler-api", List.of("io.meseta.scheduler", "io.meseta.executor"), List.of(COMMON));
  static final Module EXAMPLES =
      new Module("examples", List.of("io.meseta.examples"), List.of(SCHEDULER_API, COMMON));
  static final Module MASTER = new Module("master", List.of("io.meseta.master"), List.of(COMMON));
  static final Module AGENT = new Module("agent", List.of("io.meseta.agent"), List.of(COMMON));
  static final Module TESTKIT =
      new Module(
          "testkit", List.of("io.meseta.testkit"), List.of(MASTER, AGENT, SCHEDULER_API, COMMON));
  static final Module BENCHMARKS =
      new Module("benchmarks", List.of("io.meseta.benchmarks"), List.of(MASTER, COMMON));
  static final Module CLI =
      new Module(
          "cli",
          List.of("io.meseta.cli"),
          List.of(TESTKIT, BENCHMARKS, MASTER, AGENT, EXAMPLES, SCHEDULER_API, COMMON));

  static List<Module> all() {
    return List.of(COMMON, SCHEDULER_API, EXAMPLES, MASTER, AGENT, TESTKIT, BENCHMARKS, CLI);
  }

  /** As ArchUnit writes packages and all below them. */
  List<String> packages() {
    return roots.stream().map(root -> root + "..").toList();
  }

  /** The packages of the modules that this one must not use. */
  List<String> forbiddenPackages() {
    return all().stream()
        .filter(other -> !other.equals(this) && !allowed.contains(other))
        .flatMap(other -> other.packages().stream())
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
