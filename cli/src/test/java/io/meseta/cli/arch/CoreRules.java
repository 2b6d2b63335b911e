package io.meseta.cli.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a core (and the allocation) must not know, so that the same events give the same effects in
 * any JVM.
 *
 * <p>Used from plain tests: with some runners, fields annotated for ArchUnit run no test at all.
 */
public final class CoreRules {

  /** What is forbidden. */
  public enum Ban {
    CLOCK("time comes with the event"),
    RANDOMNESS("ids are minted from the run's id and a counter"),
    HASH_ORDER("its order differs from one JVM to the next; use the Linked, Tree or Enum form"),
    CONCURRENCY("one thread drives a core, and it is not the core's"),
    INPUT_OUTPUT("what the outside has to do leaves as an effect"),
    ENVIRONMENT("what a core has to know is in its settings or in an event"),
    INFRASTRUCTURE("a core knows no network, coordination, database or container library");

    private final String why;

    Ban(String why) {
      this.why = why;
    }
  }

  /**
   * A place that breaks a ban.
   *
   * @param where who uses what, with class and line
   */
  public record Violation(Ban ban, String where) {

    @Override
    public String toString() {
      return ban + ", " + ban.why + ": " + where;
    }
  }

  private record TypeBan(Ban ban, Predicate<JavaClass> type) {}

  private record CallBan(Ban ban, Predicate<CodeUnitAccessTarget> target) {}

  private static final List<TypeBan> TYPES =
      List.of(
          new TypeBan(
              Ban.CLOCK,
              named(
                  "java.time.Clock",
                  "java.time.InstantSource",
                  "java.util.Timer",
                  "java.util.TimerTask")),
          new TypeBan(
              Ban.RANDOMNESS,
              named(
                  "java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom")),
          new TypeBan(Ban.RANDOMNESS, in("java.util.random..")),
          new TypeBan(
              Ban.HASH_ORDER,
              named(
                  "java.util.HashMap",
                  "java.util.HashSet",
                  "java.util.Hashtable",
                  "java.util.IdentityHashMap",
                  "java.util.WeakHashMap",
                  "java.util.Properties")),
          new TypeBan(Ban.CONCURRENCY, in("java.util.concurrent..")),
          new TypeBan(
              Ban.CONCURRENCY,
              named(
                  "java.lang.Thread",
                  "java.lang.ThreadLocal",
                  "java.lang.ThreadGroup",
                  "java.lang.Runtime")),
          new TypeBan(
              Ban.INPUT_OUTPUT,
              in(
                  "java.io..",
                  "java.nio.file..",
                  "java.nio.channels..",
                  "java.net..",
                  "java.sql..")),
          new TypeBan(Ban.ENVIRONMENT, named("java.lang.Process", "java.lang.ProcessBuilder")),
          new TypeBan(Ban.ENVIRONMENT, named("java.lang.ProcessHandle")),
          new TypeBan(
              Ban.INFRASTRUCTURE,
              in(
                  "io.netty..",
                  "org.apache.curator..",
                  "org.apache.zookeeper..",
                  "com.github.dockerjava..",
                  "com.fasterxml.jackson..",
                  "io.micrometer..",
                  "io.meseta.common.net..",
                  "io.meseta.common.coordination..")));

  private static final List<CallBan> CALLS =
      List.of(
          new CallBan(Ban.CLOCK, t -> t.getName().equals("now") && ownerIn(t, "java.time")),
          new CallBan(Ban.CLOCK, t -> isCall(t, "java.lang.System", "currentTimeMillis")),
          new CallBan(Ban.CLOCK, t -> isCall(t, "java.lang.System", "nanoTime")),
          new CallBan(Ban.CLOCK, t -> isCall(t, "java.util.Date", "<init>") && parameters(t) == 0),
          new CallBan(Ban.RANDOMNESS, t -> isCall(t, "java.util.UUID", "randomUUID")),
          new CallBan(Ban.RANDOMNESS, t -> isCall(t, "java.lang.Math", "random")),
          new CallBan(Ban.RANDOMNESS, t -> isCall(t, "java.util.Collections", "shuffle")),
          new CallBan(Ban.HASH_ORDER, CoreRules::makesUnordered),
          new CallBan(Ban.HASH_ORDER, CoreRules::collectsUnordered),
          new CallBan(Ban.HASH_ORDER, t -> isCall(t, "java.lang.System", "identityHashCode")),
          new CallBan(Ban.HASH_ORDER, t -> isCall(t, "java.util.Collections", "newSetFromMap")),
          new CallBan(Ban.CONCURRENCY, t -> t.getName().equals("parallelStream")),
          new CallBan(
              Ban.CONCURRENCY,
              t -> t.getName().equals("parallel") && ownerIn(t, "java.util.stream")),
          new CallBan(Ban.ENVIRONMENT, t -> isCall(t, "java.lang.System", "getenv")),
          new CallBan(Ban.ENVIRONMENT, t -> isCall(t, "java.lang.System", "getProperty")),
          new CallBan(Ban.ENVIRONMENT, t -> isCall(t, "java.lang.System", "exit")));

  private CoreRules() {}

  /**
   * Fails, naming every place, if the main classes of these packages, or of packages below, break a
   * rule. Fails too if there are none: a renamed package must not pass for a good one.
   */
  public static void assertObeyedBy(String... packages) {
    JavaClasses classes =
        read(
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()),
            packages);
    if (classes.isEmpty()) {
      throw new AssertionError("No classes in " + String.join(", ", packages));
    }
    List<Violation> violations = violations(classes);
    if (!violations.isEmpty()) {
      StringBuilder message = new StringBuilder("Not allowed in a core:");
      violations.forEach(violation -> message.append("\n  ").append(violation));
      throw new AssertionError(message.toString());
    }
  }

  /**
   * Reads the classes of these packages and none that they use: the rules go by names, and reading
   * half of the JDK takes many times as long.
   */
  static JavaClasses read(ClassFileImporter importer, String... packages) {
    return ArchConfiguration.withThreadLocalScope((ArchConfiguration configuration) -> {
      configuration.setResolveMissingDependenciesFromClassPath(false);
      return importer.importPackages(packages);
    });
  }

  /** Every place in these classes that breaks a rule. */
  public static List<Violation> violations(JavaClasses classes) {
    List<Violation> found = new ArrayList<>();
    for (JavaClass type : classes) {
      type.getDirectDependenciesFromSelf().forEach(dependency -> check(dependency, found));
      type.getCodeUnitAccessesFromSelf().forEach(access -> check(access, found));
    }
    return found;
  }

  private static void check(Dependency dependency, List<Violation> found) {
    JavaClass target = dependency.getTargetClass().getBaseComponentType();
    for (TypeBan ban : TYPES) {
      if (ban.type().test(target)) {
        found.add(new Violation(ban.ban(), dependency.getDescription()));
      }
    }
  }

  private static void check(JavaCodeUnitAccess<?> access, List<Violation> found) {
    for (CallBan ban : CALLS) {
      if (ban.target().test(access.getTarget())) {
        found.add(new Violation(ban.ban(), access.getDescription()));
      }
    }
  }

  private static boolean makesUnordered(CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    return (owner.equals("java.util.Set") || owner.equals("java.util.Map"))
        && List.of("of", "ofEntries", "copyOf").contains(target.getName());
  }

  /** The forms that are told which map to make may pass: the map's own ban sees to that one. */
  private static boolean collectsUnordered(CodeUnitAccessTarget target) {
    if (!target.getOwner().getName().equals("java.util.stream.Collectors")) {
      return false;
    }
    return switch (target.getName()) {
      case "toSet", "toUnmodifiableSet", "toUnmodifiableMap" -> true;
      case "toConcurrentMap", "groupingByConcurrent" -> true;
      case "toMap" -> parameters(target) < 4;
      case "groupingBy" -> parameters(target) < 3;
      default -> false;
    };
  }

  private static int parameters(CodeUnitAccessTarget target) {
    return target.getRawParameterTypes().size();
  }

  private static boolean isCall(CodeUnitAccessTarget target, String owner, String name) {
    return target.getOwner().getName().equals(owner) && target.getName().equals(name);
  }

  private static boolean ownerIn(CodeUnitAccessTarget target, String packageName) {
    String owner = target.getOwner().getPackageName();
    return owner.equals(packageName) || owner.startsWith(packageName + ".");
  }

  private static Predicate<JavaClass> named(String... names) {
    List<String> list = List.of(names);
    // Nested types too: Map.Entry is no HashMap, but HashMap.SimpleEntry would be.
    return type ->
        list.stream()
            .anyMatch(name -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
  }

  private static Predicate<JavaClass> in(String... packages) {
    return resideInAnyPackage(packages);
  }
}
