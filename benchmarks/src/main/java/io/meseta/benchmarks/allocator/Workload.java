package io.meseta.benchmarks.allocator;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Holding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Agents and frameworks as Mesos's benchmarks have them. Each agent gets objects of its own, as it
 * does when its message has been read.
 */
public final class Workload {
  /** The role of frameworks that name none. */
  public static final String DEFAULT_ROLE = "*";

  /** {@code [31000-32000]} in 16 ranges: what is left of an agent's ports is 15 single ones. */
  public static final String PORTS_16 = ports16();

  private static final String RESERVED_CPUS = "cpus:8";
  private static final int COMMON_LABELS = 11;

  private Workload() {}

  private static String ports16() {
    StringBuilder ports = new StringBuilder("ports:[");
    for (int port = 31000; port < 31030; port += 2) {
      ports.append(port).append('-').append(port).append(',');
    }
    return ports.append("31030-32000]").toString();
  }

  public static AgentId agentId(int index) {
    return new AgentId("agent" + (index + 1));
  }

  public static FrameworkId frameworkId(int index) {
    return new FrameworkId("framework" + (index + 1));
  }

  /** A framework with one role that takes any offer. */
  public static FrameworkFacts framework(FrameworkId id, String role, Capability.Type... others) {
    Set<Capability.Type> capabilities = EnumSet.of(Capability.Type.MULTI_ROLE, others);
    return new FrameworkFacts(
        id,
        new TreeSet<>(Collections.singleton(role)),
        capabilities,
        new TreeSet<>(),
        new TreeMap<>());
  }

  /** {@code framework1} and so on, all in one role. */
  public static List<FrameworkFacts> frameworks(
      int count, String role, Capability.Type... capabilities) {
    return IntStream.range(0, count)
        .mapToObj(i -> framework(frameworkId(i), role, capabilities))
        .toList();
  }

  /** Agents that all have the same, with nothing in use. */
  static List<Subject.Agent> idleAgents(int count, String total) {
    return agents(count, i -> total, i -> List.of());
  }

  /**
   * Agents, on each of which one framework uses the same already.
   *
   * @param frameworkOf the index of that framework, from that of the agent
   */
  static List<Subject.Agent> agents(
      int count, String total, String used, IntUnaryOperator frameworkOf) {
    return agents(
        count,
        i -> total,
        i ->
            List.of(
                new Holding(
                    frameworkId(frameworkOf.applyAsInt(i)), DEFAULT_ROLE, Resources.of(used))));
  }

  private static List<Subject.Agent> agents(
      int count, IntFunction<String> total, IntFunction<List<Holding>> inUse) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Subject.Agent(agent(i, Resources.of(total.apply(i))), inUse.apply(i)))
        .toList();
  }

  public static AgentFacts agent(int index, Resources total) {
    return new AgentFacts(agentId(index), total);
  }

  /**
   * Agents on which two reservations with many labels are in use beside {@code used}. Mesos's
   * benchmark leaves them out of what the agent has; here they have to be there.
   */
  static List<Subject.Agent> labelledAgents(
      int count, String total, String used, String role, IntUnaryOperator frameworkOf) {
    List<Subject.Agent> agents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Resources reserved = reserved(role, i);
      agents.add(
          new Subject.Agent(
              agent(i, Resources.of(total).plus(reserved)),
              List.of(
                  new Holding(
                      frameworkId(frameworkOf.applyAsInt(i)),
                      role,
                      Resources.of(used).plus(reserved)))));
    }
    return agents;
  }

  private static Resources reserved(String role, int index) {
    List<Reservation.Label> common = new ArrayList<>();
    for (int i = 0; i < COMMON_LABELS; i++) {
      common.add(new Reservation.Label("key" + i, "value" + i));
    }
    List<Reservation.Label> unique = new ArrayList<>(common);
    unique.add(new Reservation.Label("unique_key_1", "value_" + index));
    unique.add(new Reservation.Label("unique_key_2", "value_" + index));
    return reservedCpus(role, unique).plus(reservedCpus(role, common));
  }

  private static Resources reservedCpus(String role, List<Reservation.Label> labels) {
    ResourceEntry cpus = Resources.of(RESERVED_CPUS).entries().get(0);
    Reservation reservation = Reservation.ofDynamic(role, "principal1", labels);
    return Resources.of(cpus.key().withReservations(List.of(reservation)), cpus.value());
  }

  /** CPUs that may be taken back at any time. */
  static Resources revocableCpus(int cpus) {
    ResourceEntry entry = Resources.of("cpus:" + cpus).entries().get(0);
    return Resources.of(entry.key().withRevocable(true), entry.value());
  }

  /** So many times a scalar amount. */
  static Resources times(Resources amount, int count) {
    List<ResourceEntry> entries = new ArrayList<>();
    for (ResourceEntry entry : amount.entries()) {
      long milli = Math.multiplyExact(amount.scalarMilli(entry.key().name()), (long) count);
      entries.addAll(scalar(entry.key(), milli).entries());
    }
    return Resources.of(entries);
  }

  private static Resources scalar(ResourceKey key, long milli) {
    return Resources.of(key, new Scalar(milli));
  }
}
