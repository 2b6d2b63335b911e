package io.meseta.master.core;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Instant;

/** The slices of one term of leadership, wired to one another and to their shared state. */
record Slices(
    Cluster cluster,
    Allocations allocations,
    Offers offers,
    Tasks tasks,
    Reconciliation reconciliation,
    Frameworks frameworks,
    Subscriptions subscriptions,
    Registrations registrations,
    Agents agents,
    Launches launches) {

  static Slices create(
      MasterInfo self,
      MasterSettings settings,
      Allocator allocator,
      Outbox outbox,
      RegistryWrites registry) {
    Cluster cluster = new Cluster(self, settings, allocator, outbox, registry);
    Allocations allocations = new Allocations(cluster);
    Offers offers = new Offers(cluster, allocations);
    Tasks tasks = new Tasks(cluster, allocations);
    Reconciliation reconciliation = new Reconciliation(cluster, tasks);
    Frameworks frameworks = new Frameworks(cluster, allocations, offers);
    Subscriptions subscriptions = new Subscriptions(cluster, frameworks, allocations);
    Registrations registrations =
        new Registrations(cluster, allocations, frameworks, offers, tasks);
    Agents agents = new Agents(cluster, allocations, offers, tasks, registrations);
    Launches launches = new Launches(cluster, allocations, offers, tasks);
    return new Slices(
        cluster,
        allocations,
        offers,
        tasks,
        reconciliation,
        frameworks,
        subscriptions,
        registrations,
        agents,
        launches);
  }

  /** Takes over what the registry remembers. */
  void recover(RegistrySnapshot registry, Instant at) {
    for (AgentRecord agent : registry.agents()) {
      registrations.recover(agent, at);
    }
    for (FrameworkRecord framework : registry.frameworks()) {
      if (framework.getState() == FrameworkRecord.State.COMPLETED) {
        cluster.completedFrameworks.put(
            FrameworkId.of(framework.getInfo().getId()), framework.getInfo());
      } else {
        frameworks.recover(framework.getInfo(), at);
      }
    }
  }
}
