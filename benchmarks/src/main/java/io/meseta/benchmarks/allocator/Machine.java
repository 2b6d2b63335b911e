package io.meseta.benchmarks.allocator;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;

/** What the figures were measured on. */
public record Machine(String jvm, String collectors, long maxHeapBytes, int processors) {

  /** This process. */
  public static Machine ofThisProcess() {
    String collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(GarbageCollectorMXBean::getName)
            .collect(Collectors.joining(", "));
    return new Machine(
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        collectors,
        Runtime.getRuntime().maxMemory(),
        Runtime.getRuntime().availableProcessors());
  }
}
