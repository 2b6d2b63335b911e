package io.meseta.testkit.simulation.cluster;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.LinkState;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is still pending, in words: who waits for whom. */
final class Liveness {
  private static final int MOST = 20;

  private final World world;
  private final Hosts hosts;
  private final ServiceLiveness service;

  Liveness(World world, Hosts hosts, Operator operator) {
    this.world = world;
    this.hosts = hosts;
    this.service = new ServiceLiveness(world, hosts, operator);
  }

  /** What keeps the cluster from being in order; empty when it is. */
  List<String> unsettled() {
    List<String> pending = new ArrayList<>();
    Optional<MasterHost> leader = hosts.leader();
    if (leader.isEmpty()) {
      pending.add("no single master leads: " + world.coordination().describe());
      return pending;
    }
    MasterView view = leader.get().view();
    Map<String, TreeMap<String, TaskState>> pictured = tasksByAgent(view);
    for (AgentHost agent : hosts.agents) {
      checkAgent(agent, leader.get(), pictured, pending);
      if (pending.size() >= MOST) {
        return pending;
      }
    }
    for (FrameworkOwner framework : hosts.frameworks) {
      checkFramework(framework, view, pending);
    }
    pending.addAll(world.ledger().brokenGroups());
    if (leader.get().connections().parked() > 0) {
      pending.add(leader.get() + " keeps callers waiting for its registry");
    }
    return pending.size() > MOST ? pending.subList(0, MOST) : pending;
  }

  /** What keeps agents from being in service again, now that operators want all of them. */
  List<String> outOfService() {
    List<String> pending = new ArrayList<>(unsettled());
    pending.addAll(service.outOfService());
    return pending.size() > MOST ? pending.subList(0, MOST) : pending;
  }

  /** The tasks in the master's view, by framework and task, for each agent. */
  private static Map<String, TreeMap<String, TaskState>> tasksByAgent(MasterView view) {
    Map<String, TreeMap<String, TaskState>> byAgent = new HashMap<>();
    for (FrameworkView framework : view.frameworks().values()) {
      for (var pictured : framework.tasks()) {
        Task task = pictured.task();
        byAgent
            .computeIfAbsent(task.getAgentId().getValue(), agent -> new TreeMap<>())
            .put(
                framework.info().getId().getValue() + "/" + task.getTaskId().getValue(),
                task.getState());
      }
    }
    return byAgent;
  }

  private void checkAgent(
      AgentHost agent,
      MasterHost leader,
      Map<String, TreeMap<String, TaskState>> pictured,
      List<String> pending) {
    Optional<AgentView> own = agent.view();
    if (own.isEmpty()) {
      pending.add(agent + " does not run");
      return;
    }
    if (own.get().link() != LinkState.REGISTERED) {
      pending.add(agent + " is " + own.get().link() + " and waits for " + leader);
      return;
    }
    if (agent.journal().underWay() > 0 || own.get().journalFailure().isPresent()) {
      pending.add(agent + " waits for its journal");
    }
    TreeMap<String, TaskState> held = new TreeMap<>();
    for (TaskView task : own.get().tasks()) {
      if (task.unacknowledged() > 0) {
        pending.add(
            agent
                + " waits for framework "
                + task.framework()
                + " to acknowledge "
                + task.unacknowledged()
                + " updates of task "
                + task.info().getTaskId().getValue()
                + ", which is "
                + task.state());
      }
      if (task.state() == TaskState.TASK_STAGING) {
        pending.add(
            "task " + task.info().getTaskId().getValue() + " waits for its executor on " + agent);
      }
      held.put(task.framework() + "/" + task.info().getTaskId().getValue(), task.state());
    }
    pending.addAll(agent.checks().operations().waiting());
    checkExecutors(agent, pending);
    String id = own.get().agent().getId().getValue();
    compareTotals(agent, leader, id, pending);
    comparePictures(agent, held, pictured.getOrDefault(id, new TreeMap<>()), pending);
    compareBooks(leader, own.get(), leader.view(), pending);
    service.checkAgent(agent, own.get(), leader, pending);
  }

  private static void checkExecutors(AgentHost agent, List<String> pending) {
    for (ExecutorHost executor : agent.executors().executors()) {
      if (executor.unacknowledged() > 0) {
        pending.add(
            executor
                + " waits for "
                + agent
                + " to acknowledge "
                + executor.unacknowledged()
                + " updates");
      }
    }
  }

  /** What operations have made of an agent is the same for the master and for the agent. */
  private static void compareTotals(
      AgentHost agent, MasterHost leader, String id, List<String> pending) {
    var pictured = leader.view().agents().get(new AgentId(id));
    Resources own = agent.total().orElse(Resources.EMPTY);
    if (pictured != null && !pictured.total().equals(own)) {
      pending.add(
          agent + " has [" + own + "], and " + leader + " takes it for [" + pictured.total() + "]");
    }
  }

  /** What is charged is what tasks hold that have not ended. */
  private static void compareBooks(
      MasterHost leader, AgentView own, MasterView view, List<String> pending) {
    AgentId id = AgentId.of(own.agent().getId());
    var pictured = view.agents().get(id);
    Quantities charged = leader.charged(id);
    if (pictured != null && !charged.equals(pictured.used().quantities())) {
      pending.add(
          leader
              + " charges "
              + charged
              + " on agent "
              + id
              + ", where tasks hold "
              + pictured.used().quantities());
    }
  }

  private static void comparePictures(
      AgentHost agent,
      TreeMap<String, TaskState> held,
      TreeMap<String, TaskState> pictured,
      List<String> pending) {
    TreeSet<String> all = new TreeSet<>(held.keySet());
    all.addAll(pictured.keySet());
    for (String task : all) {
      TaskState here = held.get(task);
      TaskState there = pictured.get(task);
      if (here != there) {
        pending.add(
            "task "
                + task
                + " is "
                + (here == null ? "not there" : here)
                + " on "
                + agent
                + ", and for the master it is "
                + (there == null ? "not there" : there));
      }
    }
  }

  private void checkFramework(FrameworkOwner framework, MasterView view, List<String> pending) {
    Optional<FrameworkHost> host = framework.running();
    if (host.isEmpty() || !host.get().isConnected()) {
      pending.add(framework.plan().name() + " is not connected");
      return;
    }
    service.checkFramework(framework, host.get(), view, pending);
    host.get()
        .author()
        .map(Author::pendingOperations)
        .filter(operations -> !operations.isEmpty())
        .ifPresent(operations ->
            pending.add(framework.plan().name() + " waits to hear how these ended: " + operations));
    TreeSet<String> known = new TreeSet<>();
    view.frameworks()
        .forEach((id, pictured) -> {
          if (id.value().equals(framework.frameworkId().orElse(""))) {
            pictured.tasks().forEach(task -> known.add(task.task().getTaskId().getValue()));
            if (!pictured.connected()) {
              pending.add("the master takes " + framework.plan().name() + " for disconnected");
            }
            pictured
                .unreachableTasks()
                .forEach(away ->
                    pending.add(
                        "task "
                            + away.task().getTaskId().getValue()
                            + " is unreachable for the master, with state "
                            + away.task().getState()));
          }
        });
    TreeSet<String> believed =
        new TreeSet<>(host.get().author().map(Author::taskIds).orElse(List.of()));
    if (!believed.equals(known)) {
      pending.add(
          framework.plan().name()
              + " believes in the tasks "
              + difference(believed, known)
              + ", of which the master does not know, and does not know of "
              + difference(known, believed));
    }
  }

  private static TreeSet<String> difference(TreeSet<String> these, TreeSet<String> without) {
    TreeSet<String> rest = new TreeSet<>(these);
    rest.removeAll(without);
    return rest;
  }

  /** What is left over when all tasks have been killed; empty when nothing is. */
  List<String> leftovers() {
    List<String> left = new ArrayList<>(unsettled());
    left.addAll(world.ledger().unfinished());
    left.addAll(world.ledger().untold());
    for (AgentHost agent : hosts.agents) {
      if (agent.checks().containers() > 0 || agent.engine().running() > 0) {
        left.add(agent + " still runs " + agent.engine().running() + " containers");
      }
    }
    for (FrameworkOwner framework : hosts.frameworks) {
      framework
          .running()
          .flatMap(FrameworkHost::author)
          .filter(author -> author.taskCount() > 0)
          .ifPresent(author ->
              left.add(framework.plan().name() + " still believes in " + author.taskIds()));
    }
    return left.size() > MOST ? left.subList(0, MOST) : left;
  }

  /**
   * What is left of reservations and volumes when all has been given back; empty when nothing is.
   */
  List<String> reserved() {
    List<String> left = new ArrayList<>(unsettled());
    for (AgentHost agent : hosts.agents) {
      Resources first = agent.plan().resources();
      Resources now = agent.total().orElse(Resources.EMPTY);
      if (!now.equals(first)) {
        left.add(agent + " has [" + now + "] instead of [" + first + "]");
      }
      List<String> directories = agent.volumes().madeBy(agent.checks().agentId());
      if (!directories.isEmpty()) {
        left.add(agent + " has directories of destroyed volumes: " + directories);
      }
    }
    return left.size() > MOST ? left.subList(0, MOST) : left;
  }
}
