package io.meseta.master.core;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.Unavailability;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.MaintenanceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintenance that operators have planned: which machines are to be away when. Offers of their
 * agents say so, and frameworks that have something there get {@link InverseOffers}. It counts from
 * the moment in which the registry holds it, and outlives a change of leader.
 */
final class Maintenance {

  private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

  /** A machine as it is compared: hostnames know no capitals, as in Mesos. */
  private record Machine(String hostname, String ip) implements Comparable<Machine> {
    static Machine of(MachineID id) {
      return new Machine(id.getHostname().toLowerCase(Locale.ROOT), id.getIp());
    }

    static Machine of(Agent agent) {
      return new Machine(agent.info.getHostname().toLowerCase(Locale.ROOT), agent.ip);
    }

    /** A machine that is known by its hostname or its address only. */
    Machine withoutIp() {
      return new Machine(hostname, "");
    }

    Machine withoutHostname() {
      return new Machine("", ip);
    }

    @Override
    public int compareTo(Machine other) {
      int order = hostname.compareTo(other.hostname);
      return order != 0 ? order : ip.compareTo(other.ip);
    }
  }

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final InverseOffers inverseOffers;
  private final TreeMap<Machine, Unavailability> planned = new TreeMap<>();

  Maintenance(
      Cluster cluster, Allocations allocations, Offers offers, InverseOffers inverseOffers) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.inverseOffers = inverseOffers;
  }

  /** Takes over what the registry remembers, before any agent is there. */
  void recover(MaintenanceRecord record) {
    plan(record.getSchedule());
  }

  private void plan(Schedule schedule) {
    planned.clear();
    for (Window window : schedule.getWindowsList()) {
      for (MachineID machine : window.getMachineIdsList()) {
        planned.put(Machine.of(machine), window.getUnavailability());
      }
    }
  }

  /** The new schedule replaces the old one as a whole. */
  void update(Schedule schedule, RegistryWrites.WhenDurable then) {
    MaintenanceRecord record = MaintenanceRecord.newBuilder().setSchedule(schedule).build();
    cluster.registry.write(
        List.of(new RegistryChange.PutMaintenance(record)),
        at -> {
          apply(schedule, at);
          then.run(at);
        });
  }

  private void apply(Schedule schedule, Instant at) {
    plan(schedule);
    log.info("Maintenance of {} machines is planned", planned.size());
    cluster.agents.values().forEach(agent -> look(agent, at));
    allocations.soon();
  }

  /** An agent is there anew, perhaps from another address. */
  void look(Agent agent, Instant at) {
    Optional<Unavailability> unavailability = unavailability(agent);
    if (agent.unavailability.equals(unavailability)) {
      return;
    }
    agent.unavailability = unavailability;
    // What is offered says something else now.
    offers.rescindAllOf(agent, at);
    inverseOffers.unavailabilityChanged(agent);
    cluster.touch(agent);
  }

  private Optional<Unavailability> unavailability(Agent agent) {
    Machine machine = Machine.of(agent);
    return find(machine)
        .or(() -> find(machine.withoutIp()))
        .or(() -> find(machine.withoutHostname()));
  }

  private Optional<Unavailability> find(Machine machine) {
    return Optional.ofNullable(planned.get(machine));
  }
}
