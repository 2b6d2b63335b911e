package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.world.Coordination;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes things go wrong, as the plan of faults says, until it is told to stop. */
final class Trouble {
  private final World world;
  private final Hosts hosts;
  private final Operator operator;
  private final FaultPlan plan;
  private boolean over;

  Trouble(World world, Hosts hosts, Operator operator) {
    this.world = world;
    this.hosts = hosts;
    this.operator = operator;
    this.plan = world.faults();
  }

  /** What a fault of this kind does, with chance of its own. */
  private interface Happening {
    void happen(Draw draw);
  }

  void begin() {
    setQualities();
    every(Fault.PARTITIONS, Duration.ofMinutes(20), this::partition);
    every(Fault.MASTER_CRASHES, Duration.ofMinutes(40), this::crashMaster);
    every(Fault.LEADER_CHANGES, Duration.ofMinutes(30), this::changeLeader);
    every(Fault.STOPPED_PROCESSES, Duration.ofMinutes(20), this::stopProcess);
    every(Fault.AGENT_CRASHES, Duration.ofMinutes(15), this::crashAgent);
    every(Fault.MACHINE_REBOOTS, Duration.ofMinutes(45), this::reboot);
    every(Fault.FULL_DISKS, Duration.ofMinutes(30), this::fillDisk);
    every(Fault.SILENT_ENGINES, Duration.ofMinutes(30), this::silenceEngine);
    every(Fault.FRAMEWORK_CRASHES, Duration.ofMinutes(25), this::crashFramework);
    every(Fault.DOUBLE_SUBSCRIPTIONS, Duration.ofMinutes(45), this::subscribeTwice);
    every(Fault.SLOW_READERS, Duration.ofMinutes(25), this::slowReader);
    every(Fault.CLOCK_JUMPS, Duration.ofMinutes(30), this::jumpClock);
    every(Fault.OPERATOR_ORDERS, Duration.ofMinutes(6), operator::giveOrder);
    every(Fault.CHANGED_AGENTS, Duration.ofMinutes(15), this::changeAgent);
    every(Fault.ZOOKEEPER_PARTITIONS, Duration.ofMinutes(12), this::cutOffFromZooKeeper);
    every(Fault.BROKEN_EXECUTORS, Duration.ofMinutes(4), this::breakExecutor);
  }

  private void every(Fault fault, Duration usually, Happening happening) {
    if (plan.has(fault)) {
      again(fault, usually, happening, world.draws().of("fault " + fault));
    }
  }

  private void again(Fault fault, Duration usually, Happening happening, Draw draw) {
    long wait = (long) (draw.exponential(usually) / plan.of(fault));
    world
        .agenda()
        .after(
            wait,
            () -> {
              if (!over) {
                happening.happen(draw);
                again(fault, usually, happening, draw);
              }
            });
  }

  /** Later, unless all is well again by then. */
  private void later(Draw draw, Duration mean, Runnable action) {
    world
        .agenda()
        .after(
            draw.exponential(mean),
            () -> {
              if (!over) {
                action.run();
              }
            });
  }

  // ---- what is bad all the time ----

  private void setQualities() {
    Network.Quality good = Network.Quality.GOOD;
    double slow = plan.of(Fault.SLOW_MESSAGES);
    world
        .network()
        .setQuality(
            new Network.Quality(
                slow > 0 ? Duration.ofMillis(80) : good.typical(),
                Math.min(0.2, 0.02 * slow),
                Duration.ofSeconds(8),
                0.0002 * plan.of(Fault.LOST_MESSAGES)));
    double slowRegistry = plan.of(Fault.SLOW_REGISTRY);
    Coordination.Quality sound = Coordination.Quality.GOOD;
    world
        .coordination()
        .setQuality(
            new Coordination.Quality(
                sound.latency(),
                Math.min(0.5, 0.1 * slowRegistry),
                Duration.ofSeconds(9),
                Math.min(0.3, 0.02 * plan.of(Fault.FAILING_REGISTRY)),
                slowRegistry > 0 ? Duration.ofSeconds(5) : sound.news()));
    double slowDisk = plan.of(Fault.SLOW_JOURNALS);
    for (AgentHost agent : hosts.agents) {
      agent
          .journal()
          .setQuality(
              new SimulatedJournal.Quality(
                  SimulatedJournal.Quality.GOOD.typical(),
                  Math.min(0.3, 0.05 * slowDisk),
                  Duration.ofSeconds(5)));
    }
  }

  // ---- network ----

  private void partition(Draw draw) {
    List<Integer> ones = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    if (draw.chance(0.6)) {
      ones.add(anyClient(draw));
      if (draw.chance(0.5)) {
        hosts.masters.forEach(master -> others.add(master.number));
      } else {
        others.add(draw.pick(hosts.masters).number);
      }
    } else {
      int master = draw.pick(hosts.masters).number;
      others.add(master);
      hosts.agents.forEach(agent -> addSometimes(draw, ones, agent.number));
      hosts.frameworks.forEach(owner -> addSometimes(draw, ones, owner.first().number));
    }
    boolean there = draw.chance(0.75);
    boolean back = !there || draw.chance(0.6);
    block(ones, others, there, back);
    world.tally().count("partitions");
    world.note(
        "network",
        "hosts "
            + ones
            + " and "
            + others
            + " are cut off"
            + (there && back ? "" : " in one direction"));
    Duration mean = draw.chance(0.3) ? Duration.ofMinutes(8) : Duration.ofSeconds(60);
    later(draw, mean, () -> unblock(ones, others, there, back));
  }

  private static void addSometimes(Draw draw, List<Integer> hosts, int host) {
    if (draw.chance(0.5)) {
      hosts.add(host);
    }
  }

  private int anyClient(Draw draw) {
    return draw.chance(0.6)
        ? draw.pick(hosts.agents).number
        : draw.pick(hosts.frameworks).first().number;
  }

  private void block(List<Integer> ones, List<Integer> others, boolean there, boolean back) {
    for (int one : ones) {
      for (int other : others) {
        if (there) {
          world.network().block(one, other);
        }
        if (back) {
          world.network().block(other, one);
        }
      }
    }
  }

  private void unblock(List<Integer> ones, List<Integer> others, boolean there, boolean back) {
    world.note("network", "hosts " + ones + " and " + others + " see each other again");
    for (int one : ones) {
      for (int other : others) {
        if (there) {
          world.network().unblock(one, other);
        }
        if (back) {
          world.network().unblock(other, one);
        }
      }
    }
  }

  /** Somebody hears nothing of ZooKeeper for a while, and may lose the session. */
  private void cutOffFromZooKeeper(Draw draw) {
    List<Coordination.Detector> cut = new ArrayList<>();
    for (AgentHost agent : hosts.agents) {
      cut.add(agent.detector());
    }
    for (FrameworkOwner owner : hosts.frameworks) {
      cut.add(owner.first().detector());
    }
    for (MasterHost master : hosts.masters) {
      cut.add(master.detector());
    }
    boolean several = draw.chance(0.3);
    Coordination.Detector one = draw.pick(cut);
    cut.removeIf(detector -> several ? draw.chance(0.5) : detector != one);
    world.note("ZooKeeper", "is out of reach for " + cut.size() + " hosts");
    world.tally().count("hosts cut off from ZooKeeper");
    cut.forEach(Coordination.Detector::cutOff);
    later(
        draw,
        Duration.ofSeconds(draw.chance(0.3) ? 480 : 25),
        () -> cut.forEach(Coordination.Detector::reconnect));
  }

  // ---- masters ----

  private Optional<MasterHost> leaderOrAny(Draw draw) {
    List<MasterHost> up = hosts.masters.stream().filter(Host::isUp).toList();
    List<MasterHost> leading = up.stream().filter(MasterHost::holdsLeadership).toList();
    if (!leading.isEmpty() && draw.chance(0.8)) {
      return Optional.of(leading.get(0));
    }
    return up.isEmpty() ? Optional.empty() : Optional.of(draw.pick(up));
  }

  private void crashMaster(Draw draw) {
    leaderOrAny(draw)
        .ifPresent(master -> {
          world.note(master.name, "crashes");
          world.tally().count("master crashes");
          master.crash();
          Duration away = draw.chance(0.2) ? Duration.ofMinutes(15) : Duration.ofSeconds(40);
          later(
              draw,
              away,
              () -> {
                if (!master.isUp()) {
                  master.start();
                }
              });
        });
  }

  private void changeLeader(Draw draw) {
    for (MasterHost master : hosts.masters) {
      if (master.isUp() && master.holdsLeadership()) {
        long notice =
            draw.chance(0.6)
                ? draw.nanos(Duration.ZERO, Duration.ofSeconds(3))
                : draw.nanos(Duration.ZERO, Duration.ofMinutes(2));
        world.note(master.name, "loses its ZooKeeper session");
        world.tally().count("sessions lost");
        master.expireSession(notice);
      }
    }
  }

  private void stopProcess(Draw draw) {
    Host<?, ?, ?> host = anyHost(draw);
    if (!host.isUp() || host.isStopped()) {
      return;
    }
    world.note(host.name, "stands still");
    world.tally().count("processes stopped");
    host.stop();
    long then = host.process;
    long still = draw.exponential(Duration.ofSeconds(draw.chance(0.2) ? 120 : 15));
    long patience = Coordination.SESSION_TIMEOUT.toNanos();
    if (host instanceof MasterHost master && still > patience) {
      world
          .agenda()
          .after(
              patience,
              () -> {
                if (master.process == then && master.isStopped()) {
                  master.expireSession(still - patience + 1_000_000);
                }
              });
    }
    world
        .agenda()
        .after(
            still,
            () -> {
              if (host.process == then && host.isStopped()) {
                host.goOn();
              }
            });
  }

  private Host<?, ?, ?> anyHost(Draw draw) {
    int which = draw.between(0, 9);
    if (which < 4) {
      return draw.pick(hosts.masters);
    }
    return which < 8 ? draw.pick(hosts.agents) : draw.pick(hosts.frameworks).first();
  }

  // ---- agents ----

  private Optional<AgentHost> anyAgent(Draw draw, Predicate<AgentHost> which) {
    List<AgentHost> fit = hosts.agents.stream().filter(which).toList();
    return fit.isEmpty() ? Optional.empty() : Optional.of(draw.pick(fit));
  }

  private void crashAgent(Draw draw) {
    anyAgent(draw, Host::isUp)
        .ifPresent(agent -> {
          Duration away = draw.chance(0.25) ? Duration.ofMinutes(10) : Duration.ofSeconds(20);
          if (draw.chance(0.4)) {
            // Where it hurts: between what is durable and what the agent knows to be so.
            agent.journal().atNextWrite(() -> crash(agent, draw, away));
          } else {
            crash(agent, draw, away);
          }
        });
  }

  private void crash(AgentHost agent, Draw draw, Duration away) {
    if (!over && agent.isUp()) {
      world.note(agent.name, "crashes");
      world.tally().count("agent crashes");
      agent.crash();
      later(draw, away, agent::bringUp);
    }
  }

  private void reboot(Draw draw) {
    anyAgent(draw, AgentHost::isPowered)
        .ifPresent(agent -> {
          world.note(agent.name, "loses its power");
          world.tally().count("machine reboots");
          agent.powerOff();
          Duration away = draw.chance(0.3) ? Duration.ofMinutes(12) : Duration.ofSeconds(60);
          later(draw, away, agent::bringUp);
        });
  }

  /** An agent is started anew with another configuration, which may not cover its tasks. */
  private void changeAgent(Draw draw) {
    AgentHost agent = draw.pick(hosts.agents);
    world.tally().count("agents changed");
    agent.change(draw.chance(0.2) ? agent.usual() : agent.usual().changed(draw));
    if (!agent.coversItsTasks()) {
      world.tally().count("agents that do not cover their tasks");
    }
    if (agent.isPowered()) {
      agent.restart();
    }
    if (draw.chance(0.6)) {
      later(
          draw,
          Duration.ofMinutes(6),
          () -> {
            agent.change(agent.usual());
            if (agent.isPowered()) {
              agent.restart();
            }
          });
    }
  }

  private void fillDisk(Draw draw) {
    AgentHost agent = draw.pick(hosts.agents);
    world.note(agent.name, "has a full disk");
    world.tally().count("disks full");
    agent.journal().setFull(true);
    later(draw, Duration.ofSeconds(60), () -> agent.journal().setFull(false));
  }

  private void silenceEngine(Draw draw) {
    AgentHost agent = draw.pick(hosts.agents);
    world.tally().count("engines silent");
    agent.engine().fallSilent();
    later(draw, Duration.ofSeconds(90), agent.engine()::answerAgain);
  }

  /** An executor loses its agent, or its life. */
  private void breakExecutor(Draw draw) {
    List<ExecutorHost> running = draw.pick(hosts.agents).executors().executors();
    if (running.isEmpty()) {
      return;
    }
    ExecutorHost executor = draw.pick(running);
    if (draw.chance(0.7)) {
      world.note(executor.container(), "loses its connection");
      world.tally().count("executors cut off");
      executor.breakOff();
    } else {
      world.note(executor.container(), "dies");
      world.tally().count("executors dead");
      executor.die(draw.between(0, 2));
    }
  }

  // ---- frameworks ----

  private void crashFramework(Draw draw) {
    FrameworkOwner framework = draw.pick(hosts.frameworks);
    int kind = draw.between(0, 9);
    if (kind == 0) {
      framework.running().flatMap(FrameworkHost::author).ifPresent(Author::tearDown);
      return;
    }
    if (kind < 3) {
      framework.change();
    }
    framework.crash();
  }

  private void subscribeTwice(Draw draw) {
    draw.pick(hosts.frameworks).startSecond();
  }

  private void slowReader(Draw draw) {
    draw.pick(hosts.frameworks)
        .running()
        .ifPresent(host -> {
          world.tally().count("slow readers");
          if (draw.chance(0.5)) {
            host.calls().stopReading();
            later(draw, Duration.ofSeconds(90), host.calls()::readOn);
          } else {
            host.setAuthorsDelay(Duration.ofSeconds(5));
            later(draw, Duration.ofSeconds(90), () -> host.setAuthorsDelay(Duration.ofMillis(2)));
          }
        });
  }

  private void jumpClock(Draw draw) {
    Host<?, ?, ?> host = anyHost(draw);
    long by = draw.exponential(Duration.ofMinutes(3)) * (draw.chance(0.5) ? 1 : -1);
    world.note(host.name, "has its clock set by " + Duration.ofNanos(by));
    host.clock.jump(by);
  }

  // ---- the end of it ----

  /** Nothing goes wrong any more; what is broken is repaired. */
  void end() {
    over = true;
    operator.rest();
    world.note("world", "all faults end");
    world.network().setQuality(Network.Quality.GOOD);
    world.network().unblockAll();
    world.coordination().setQuality(Coordination.Quality.GOOD);
    for (MasterHost master : hosts.masters) {
      master.detector().reconnect();
      master.goOn();
      if (!master.isUp()) {
        master.start();
      }
    }
    for (AgentHost agent : hosts.agents) {
      agent.goOn();
      agent.journal().setFull(false);
      agent.journal().setQuality(SimulatedJournal.Quality.GOOD);
      agent.engine().answerAgain();
      agent.detector().reconnect();
      agent.bringUp();
      if (!agent.coversItsTasks()) {
        agent.change(agent.usual().largest());
        agent.restart();
      }
    }
    for (FrameworkOwner framework : hosts.frameworks) {
      for (FrameworkHost host : List.of(framework.first(), framework.second())) {
        host.goOn();
        host.detector().reconnect();
        host.calls().readOn();
        host.setAuthorsDelay(Duration.ofMillis(2));
      }
      framework.settle();
    }
  }
}
