package io.meseta.testkit.simulation.cluster;

/** What can go wrong, and what people do meanwhile. */
public enum Fault {
  SLOW_MESSAGES,
  LOST_MESSAGES,
  PARTITIONS,
  MASTER_CRASHES,
  LEADER_CHANGES,
  STOPPED_PROCESSES,
  SLOW_REGISTRY,
  FAILING_REGISTRY,
  AGENT_CRASHES,
  MACHINE_REBOOTS,
  SLOW_JOURNALS,
  FULL_DISKS,
  TROUBLED_CONTAINERS,
  SILENT_ENGINES,
  FRAMEWORK_CRASHES,
  DOUBLE_SUBSCRIPTIONS,
  SLOW_READERS,
  BAD_CALLS,
  CLOCKS_APART,
  CLOCK_JUMPS,
  OPERATOR_ORDERS,
  FRAMEWORK_UPDATES,
  CHANGED_AGENTS,
  ZOOKEEPER_PARTITIONS,
  /** Only where there are executors. New kinds come last, as seeds draw them in this order. */
  BROKEN_EXECUTORS
}
