package io.meseta.master.core;

import io.meseta.api.v1.MasterInfo;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

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
    Launches launches,
    FrameworkUpdates frameworkUpdates,
    Drains drains,
    OperatorCalls operatorCalls,
    RegistryCleaning cleaning,
    Operations operations,
    InverseOffers inverseOffers,
    Maintenance maintenance,
    RolePolicies rolePolicies,
    Explanations explanations,
    Hoarding hoarding) {

  static Slices create(
      MasterInfo self,
      MasterSettings settings,
      Allocator allocator,
      Outbox outbox,
      RegistryWrites registry,
      Cluster.Watchers watchers) {
    Cluster cluster = new Cluster(self, settings, allocator, outbox, registry, watchers);
    Allocations allocations = new Allocations(cluster);
    InverseOffers inverseOffers = new InverseOffers(cluster);
    Offers offers = new Offers(cluster, allocations, inverseOffers);
    RolePolicies rolePolicies = new RolePolicies(cluster, allocations, offers);
    Tasks tasks = new Tasks(cluster, allocations);
    Reconciliation reconciliation = new Reconciliation(cluster, tasks);
    Frameworks frameworks = new Frameworks(cluster, allocations, offers);
    Subscriptions subscriptions = new Subscriptions(cluster, frameworks, allocations);
    Operations operations = new Operations(cluster);
    Executors executors = new Executors(cluster, allocations);
    GoneAgents goneAgents =
        new GoneAgents(cluster, allocations, offers, tasks, operations, executors);
    Maintenance maintenance =
        new Maintenance(cluster, allocations, offers, inverseOffers, goneAgents);
    AgentHoldings holdings = new AgentHoldings(cluster, frameworks, tasks, operations);
    Registrations registrations =
        new Registrations(cluster, allocations, offers, holdings, maintenance, executors);
    Agents agents =
        new Agents(cluster, allocations, offers, tasks, registrations, operations, executors);
    Launches launches = new Launches(cluster, allocations, offers, tasks, operations, executors);
    Drains drains = new Drains(cluster, allocations, offers, goneAgents);
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
        launches,
        new FrameworkUpdates(cluster, allocations, offers, frameworks),
        drains,
        new OperatorCalls(
            cluster,
            frameworks,
            goneAgents,
            drains,
            rolePolicies,
            maintenance,
            new OperatorOperations(cluster, allocations, offers, operations)),
        new RegistryCleaning(cluster, registrations, operations),
        operations,
        inverseOffers,
        maintenance,
        rolePolicies,
        new Explanations(cluster),
        new Hoarding(cluster));
  }

  /** Takes over what the registry remembers. */
  void recover(RegistrySnapshot registry, Instant at) {
    rolePolicies.recover(registry.roles());
    maintenance.recover(registry.maintenance());
    for (AgentRecord agent : registry.agents()) {
      registrations.recover(agent, at);
    }
    List<FrameworkRecord> oldestFirst =
        registry.frameworks().stream()
            .sorted(Comparator.comparingLong(record -> record.getSince().getNanoseconds()))
            .toList();
    for (FrameworkRecord framework : oldestFirst) {
      cluster.records.recover(framework);
      if (framework.getState() == FrameworkRecord.State.COMPLETED) {
        frameworks.rememberCompleted(framework.getInfo(), Times.instant(framework.getSince()));
      } else {
        frameworks.recover(framework.getInfo(), at);
      }
    }
    maintenance.resume(at);
    cleaning.start();
  }
}
