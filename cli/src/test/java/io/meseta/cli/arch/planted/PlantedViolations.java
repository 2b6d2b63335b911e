package io.meseta.cli.arch.planted;

import io.netty.buffer.ByteBuf;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * One method per thing that a core must not do, named {@code <ban>_<what>}. Never called.
 *
 * <p>The warnings that are suppressed here are about the very things that are planted.
 */
@SuppressWarnings({
  "JavaTimeDefaultTimeZone",
  "JdkObsolete",
  "MemberName",
  "NonApiType",
  "UnusedMethod",
  "UnusedVariable",
  "unused"
})
final class PlantedViolations {

  private @Nullable ByteBuf infrastructure_netty;
  private @Nullable CuratorFramework infrastructure_curator;
  private @Nullable ZooKeeper infrastructure_zooKeeper;

  private PlantedViolations() {}

  static Instant clock_instantNow() {
    return Instant.now();
  }

  static LocalDate clock_otherNow() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  static Supplier<Instant> clock_methodReference() {
    return Instant::now;
  }

  static long clock_currentTimeMillis() {
    return System.currentTimeMillis();
  }

  static long clock_nanoTime() {
    return System.nanoTime();
  }

  static long clock_clock(Clock clock) {
    return clock.millis();
  }

  static int randomness_random(Random random) {
    return random.nextInt();
  }

  static UUID randomness_uuid() {
    return UUID.randomUUID();
  }

  static double randomness_mathRandom() {
    return Math.random();
  }

  static void randomness_shuffle(List<String> list) {
    Collections.shuffle(list);
  }

  static Map<String, String> hashOrder_hashMap() {
    return new HashMap<>();
  }

  static Supplier<Map<String, String>> hashOrder_hashMapReference() {
    return HashMap::new;
  }

  static Set<String> hashOrder_hashSet() {
    return new HashSet<>();
  }

  static Map<String, String> hashOrder_identityHashMap() {
    return new IdentityHashMap<>();
  }

  static Map<String, String> hashOrder_hashtable() {
    return new Hashtable<>();
  }

  static Map<String, String> concurrency_concurrentHashMap() {
    return new ConcurrentHashMap<>();
  }

  static Set<String> hashOrder_setOf() {
    return Set.of("a", "b");
  }

  static Map<String, String> hashOrder_mapOf() {
    return Map.of("a", "b");
  }

  static Set<String> hashOrder_setCopyOf(Collection<String> source) {
    return Set.copyOf(source);
  }

  static Map<String, String> hashOrder_mapCopyOf(Map<String, String> source) {
    return Map.copyOf(source);
  }

  static Set<String> hashOrder_toSet(Stream<String> stream) {
    return stream.collect(Collectors.toSet());
  }

  static Map<String, String> hashOrder_toMap(Stream<String> stream) {
    return stream.collect(Collectors.toMap(Function.identity(), Function.identity()));
  }

  static Map<Integer, List<String>> hashOrder_groupingBy(Stream<String> stream) {
    return stream.collect(Collectors.groupingBy(String::length));
  }

  static int hashOrder_identityHashCode(Object object) {
    return System.identityHashCode(object);
  }

  static int concurrency_threadLocalRandom() {
    return ThreadLocalRandom.current().nextInt();
  }

  static String concurrency_thread() {
    return Thread.currentThread().getName();
  }

  static Stream<String> concurrency_parallel(List<String> list) {
    return list.parallelStream();
  }

  static boolean inputOutput_file(File file) {
    return file.isFile();
  }

  static Path inputOutput_path(Path path) {
    return path.toAbsolutePath();
  }

  static URI inputOutput_net() {
    return URI.create("http://127.0.0.1");
  }

  static @Nullable String environment_getenv() {
    return System.getenv("HOME");
  }

  static long environment_process() {
    return ProcessHandle.current().pid();
  }
}
