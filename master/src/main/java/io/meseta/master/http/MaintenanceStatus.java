package io.meseta.master.http;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.allocator.InverseOfferStatus;
import io.meseta.api.v1.maintenance.ClusterStatus;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.MachineName;
import io.meseta.master.view.MasterView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** How far maintenance is: who is still there and what frameworks say to it, and who is away. */
final class MaintenanceStatus {

  private MaintenanceStatus() {}

  static ClusterStatus of(MasterView view) {
    ClusterStatus.Builder status =
        ClusterStatus.newBuilder().addAllDownMachines(view.maintenance().down());
    TreeSet<MachineName> down = new TreeSet<>();
    view.maintenance().down().forEach(machine -> down.add(MachineName.of(machine)));
    TreeMap<MachineName, ClusterStatus.DrainingMachine.Builder> draining = new TreeMap<>();
    for (Window window : view.maintenance().schedule().getWindowsList()) {
      for (MachineID machine : window.getMachineIdsList()) {
        if (!down.contains(MachineName.of(machine))) {
          draining.put(
              MachineName.of(machine), ClusterStatus.DrainingMachine.newBuilder().setId(machine));
        }
      }
    }
    view.agents().values().forEach(agent -> addAnswers(agent, draining));
    draining.values().forEach(status::addDrainingMachines);
    return status.build();
  }

  private static void addAnswers(
      AgentView agent, Map<MachineName, ClusterStatus.DrainingMachine.Builder> draining) {
    List<InverseOfferStatus> answers = agent.inverseOffers();
    if (!answers.isEmpty()) {
      new MachineName(agent.info().getHostname(), agent.ip())
          .names().stream()
              .filter(draining::containsKey)
              .findFirst()
              .map(draining::get)
              .ifPresent(machine -> machine.addAllStatuses(answers));
    }
  }
}
