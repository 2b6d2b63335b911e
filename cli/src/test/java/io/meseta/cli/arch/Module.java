package io.meseta.cli.arch;

import java.util.Arrays;
import java.util.Set;

/**
 * The modules with their packages, and which others each may use. Maven knows this too; but what a
 * module gets through another one's dependencies, Maven lets it use, and this does not.
 */
enum Module {
  COMMON(Set.of("io.meseta.api", "io.meseta.common")),
  SCHEDULER_API(Set.of("io.meseta.scheduler"), COMMON),
  EXAMPLES(Set.of("io.meseta.examples"), SCHEDULER_API, COMMON),
  MASTER(Set.of("io.meseta.master"), COMMON),
  AGENT(Set.of("io.meseta.agent"), COMMON),
  TESTKIT(Set.of("io.meseta.testkit"), MASTER, AGENT, SCHEDULER_API, COMMON),
  CLI(Set.of("io.meseta.cli"), TESTKIT, MASTER, AGENT, EXAMPLES, SCHEDULER_API, COMMON);

  private final Set<String> roots;
  private final Set<Module> allowed;

  Module(Set<String> roots, Module... allowed) {
    this.roots = roots;
    this.allowed = Set.of(allowed);
  }

  /** As ArchUnit writes packages and all below them. */
  String[] packages() {
    return roots.stream().map(root -> root + "..").sorted().toArray(String[]::new);
  }

  /** The packages of the modules that this one must not use. */
  String[] forbiddenPackages() {
    return Arrays.stream(values())
        .filter(other -> other != this && !allowed.contains(other))
        .flatMap(other -> Arrays.stream(other.packages()))
        .toArray(String[]::new);
  }
}
