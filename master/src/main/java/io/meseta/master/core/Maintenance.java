package io.meseta.master.core;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.Unavailability;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.MaintenanceRecord;
import io.meseta.master.view.MachineName;
import io.meseta.master.view.MaintenanceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines that operators take away for a time. It counts from the moment in which the registry
 * holds it, and outlives a change of leader.
 *
 * <pre>
 * up ─► scheduled   offers of its agents say when it will be away, and frameworks that have
 *                   something there get {@link InverseOffers}
 *    ─► down        its agents are declared gone, whatever they still run; agents on it are refused
 *    ─► up          it leaves the schedule; agents register there as new ones
 * </pre>
 */
final class Maintenance {

  private static final Logger log = LoggerFactory.getLogger(Maintenance.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final InverseOffers inverseOffers;
  private final GoneAgents goneAgents;

  /** As the registry will hold it once every write that was ordered has come back. */
  private MaintenanceRecord record = MaintenanceRecord.newBuilder().setSchedule(none()).build();

  /** Those of its machines that are down. */
  private TreeSet<MachineName> goingDown = new TreeSet<>();

  /** As the registry holds it. */
  private MaintenanceRecord inForce = record;

  private final TreeMap<MachineName, Unavailability> planned = new TreeMap<>();

  Maintenance(
      Cluster cluster,
      Allocations allocations,
      Offers offers,
      InverseOffers inverseOffers,
      GoneAgents goneAgents) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.inverseOffers = inverseOffers;
    this.goneAgents = goneAgents;
  }

  private static Schedule none() {
    return Schedule.getDefaultInstance();
  }

  // ---- what the registry remembers ----

  /** Takes over what the registry remembers, before any agent is there. */
  void recover(MaintenanceRecord remembered) {
    order(remembered);
    take(remembered);
  }

  /** When all agents are there: goes on with what an earlier leader may not have finished. */
  void resume(Instant at) {
    declareGoneWhatIsDown(at);
  }

  private void order(MaintenanceRecord next) {
    record = next;
    goingDown = machines(next.getDownMachinesList());
  }

  private void take(MaintenanceRecord durable) {
    inForce = durable;
    planned.clear();
    for (Window window : durable.getSchedule().getWindowsList()) {
      for (MachineID machine : window.getMachineIdsList()) {
        planned.put(MachineName.of(machine), window.getUnavailability());
      }
    }
    cluster.touched.maintenance = true;
  }

  /** As readers see it. */
  MaintenanceView view() {
    return new MaintenanceView(inForce.getSchedule(), inForce.getDownMachinesList());
  }

  // ---- what operators ask for ----

  /** Why the schedule cannot be replaced by this one, or nothing. */
  Optional<String> updateProblem(Schedule schedule) {
    TreeSet<MachineName> kept = machines(schedule);
    return record.getDownMachinesList().stream()
        .map(MachineName::of)
        .filter(machine -> !kept.contains(machine))
        .findFirst()
        .map(machine ->
            "Machine '"
                + machine
                + "' is down and cannot be removed from the schedule: bring it up first");
  }

  /** The new schedule replaces the old one as a whole. */
  void update(Schedule schedule, RegistryWrites.WhenDurable then) {
    write(
        record.toBuilder().setSchedule(schedule).build(),
        at -> {
          log.info("Maintenance of {} machines is planned", planned.size());
          then.run(at);
        });
  }

  /** Why these machines cannot be taken down, or nothing. */
  Optional<String> startProblem(List<MachineID> machines) {
    return firstOutside(machines, machines(record.getSchedule()))
        .map(machine -> "Machine '" + machine + "' is not part of a maintenance schedule");
  }

  /** Machines that are down already stay so. */
  void start(List<MachineID> machines, RegistryWrites.WhenDurable then) {
    TreeSet<MachineName> down = new TreeSet<>(goingDown);
    MaintenanceRecord.Builder next = record.toBuilder();
    for (MachineID machine : machines) {
      if (down.add(MachineName.of(machine))) {
        next.addDownMachines(machine);
      }
    }
    write(
        next.build(),
        at -> {
          log.warn("Machines go down for maintenance: {}", names(machines));
          declareGoneWhatIsDown(at);
          cluster.records.whenDurable(then);
        });
  }

  /** Why these machines cannot be brought up, or nothing. */
  Optional<String> stopProblem(List<MachineID> machines) {
    return startProblem(machines)
        .or(() ->
            firstOutside(machines, goingDown)
                .map(machine ->
                    "Machine '" + machine + "' is not in DOWN mode and cannot be brought up"));
  }

  /** The machines leave the schedule. */
  void stop(List<MachineID> machines, RegistryWrites.WhenDurable then) {
    TreeSet<MachineName> up = machines(machines);
    Predicate<MachineID> stays = machine -> !up.contains(MachineName.of(machine));
    MaintenanceRecord.Builder next = MaintenanceRecord.newBuilder();
    Schedule.Builder schedule = Schedule.newBuilder();
    for (Window window : record.getSchedule().getWindowsList()) {
      List<MachineID> rest = window.getMachineIdsList().stream().filter(stays).toList();
      if (!rest.isEmpty()) {
        schedule.addWindows(window.toBuilder().clearMachineIds().addAllMachineIds(rest));
      }
    }
    record.getDownMachinesList().stream().filter(stays).forEach(next::addDownMachines);
    write(
        next.setSchedule(schedule).build(),
        at -> {
          log.info("Machines are up again after maintenance: {}", names(machines));
          then.run(at);
        });
  }

  private static Optional<MachineName> firstOutside(
      List<MachineID> machines, TreeSet<MachineName> known) {
    return machines.stream()
        .map(MachineName::of)
        .filter(machine -> !known.contains(machine))
        .findFirst();
  }

  private static TreeSet<MachineName> machines(Schedule schedule) {
    TreeSet<MachineName> names = new TreeSet<>();
    schedule.getWindowsList().forEach(window -> names.addAll(machines(window.getMachineIdsList())));
    return names;
  }

  private static TreeSet<MachineName> machines(List<MachineID> machines) {
    TreeSet<MachineName> names = new TreeSet<>();
    machines.forEach(machine -> names.add(MachineName.of(machine)));
    return names;
  }

  private static List<MachineName> names(List<MachineID> machines) {
    return machines.stream().map(MachineName::of).toList();
  }

  // ---- what comes of it ----

  private void write(MaintenanceRecord next, RegistryWrites.WhenDurable then) {
    order(next);
    cluster.registry.write(
        List.of(new RegistryChange.PutMaintenance(next)),
        at -> {
          take(next);
          cluster.agents.values().forEach(agent -> look(agent, at));
          allocations.soon();
          then.run(at);
        });
  }

  /**
   * An agent that is unreachable is left as it is: it is refused as long as the machine is down,
   * and brings its tasks back afterwards.
   */
  private void declareGoneWhatIsDown(Instant at) {
    if (inForce.getDownMachinesCount() == 0) {
      return;
    }
    TreeSet<MachineName> down = machines(inForce.getDownMachinesList());
    for (Agent agent : new ArrayList<>(cluster.agents.values())) {
      boolean present =
          switch (agent.state()) {
            case RECOVERED, CONNECTED, DISCONNECTED -> true;
            case UNREACHABLE, GONE -> false;
          };
      if (present
          && cluster.records.agentOrThrow(agent).getState() != AgentRecord.State.GONE
          && isAmong(machine(agent), down)) {
        goneAgents.declare(agent, at, unused -> {});
      }
    }
  }

  private static boolean isAmong(MachineName machine, TreeSet<MachineName> machines) {
    return machine.names().stream().anyMatch(machines::contains);
  }

  private static MachineName machine(Agent agent) {
    return new MachineName(agent.info.getHostname(), agent.ip);
  }

  /**
   * Why an agent on this machine is not let in, or nothing. From the moment in which the order to
   * take it down is on its way to the registry: who is let in then would be gone at once.
   */
  Optional<String> refusal(String hostname, String ip) {
    MachineName machine = new MachineName(hostname, ip);
    return isAmong(machine, goingDown)
        ? Optional.of("machine '" + machine + "' is down for maintenance")
        : Optional.empty();
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
    return machine(agent).names().stream()
        .filter(planned::containsKey)
        .findFirst()
        .map(planned::get);
  }
}
