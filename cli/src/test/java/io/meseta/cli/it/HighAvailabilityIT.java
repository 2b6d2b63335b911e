package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.TaskState;
import io.meseta.cli.it.Recorder.Wanted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three ZooKeeper servers, three masters and ten agents, each a process; every part of what leads
 * them fails in its own way, one after the other. After each fault every task is the process that
 * it was, every update has arrived, and the registry holds what it held.
 */
@Tag("alone")
@Timeout(600)
class HighAvailabilityIT {

  private static final int MASTERS = 3;
  private static final int AGENTS = 10;
  private static final int AGENTS_AT_ONCE = 5;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ELECTED = "Elected: term";

  private static final Cluster.Options OPTIONS =
      new Cluster.Options(
          List.of("--zk_session_timeout=5secs"),
          List.of("--zk_session_timeout=5secs", "--containerizers=process"),
          Optional.empty());

  private final String run = Scene.newPrefix();

  @TempDir Path data;
  @TempDir Path scratch;

  /** What a fault is, and what follows from it. */
  @FunctionalInterface
  private interface Fault {
    /**
     * Lets it happen; to be over when this returns.
     *
     * @param waiting a task that is to end while nobody leads
     */
    void happen(String waiting) throws Exception;
  }

  @Test
  void nothingIsLostWhateverFails() throws Exception {
    Ensemble ensemble = Ensemble.start(Cluster.logs("high-availability"), data);
    try (Cluster cluster =
            Cluster.start("high-availability", data, MASTERS, AGENTS, OPTIONS, ensemble);
        PlainTasks tasks = new PlainTasks(scratch);
        Recorder framework = Recorder.connect(cluster.zk())) {
      new Faults(ensemble, cluster, tasks, framework).allOfThem();
    }
  }

  /** One run; its faults in the order in which they happen. */
  private final class Faults {

    private final Ensemble ensemble;
    private final Cluster cluster;
    private final PlainTasks tasks;
    private final Recorder framework;

    /** The tasks that outlive everything, and the process of each. */
    private final Map<String, Long> endless = new LinkedHashMap<>();

    private final Map<String, String> registry = new TreeMap<>();

    Faults(Ensemble ensemble, Cluster cluster, PlainTasks tasks, Recorder framework) {
      this.ensemble = ensemble;
      this.cluster = cluster;
      this.tasks = tasks;
      this.framework = framework;
    }

    void allOfThem() throws Exception {
      launchEndless();
      registry.putAll(ensemble.registry());

      after("the leader is killed", this::killLeader);
      after("the leader is stopped and goes on", this::stopLeader);
      after("the leader is cut off from ZooKeeper", this::cutLeaderOff);
      after("a ZooKeeper server is killed", this::killZooKeeperServer);
      after("the whole ensemble is restarted", this::restartEnsemble);
      after("everything is restarted, one after the other", this::restartEverything);

      framework.teardown();
      for (Map.Entry<String, Long> task : endless.entrySet()) {
        await("the end of " + task).atMost(SOON).until(() -> !PlainTasks.isAlive(task.getValue()));
      }
    }

    private void launchEndless() throws Exception {
      List<Wanted> wanted = new ArrayList<>();
      for (String agent : cluster.agentIds()) {
        wanted.add(tasks.endless(run + "endless-" + wanted.size(), agent));
      }
      framework.submit(wanted);
      framework.awaitRunning(wanted.stream().map(Wanted::id).toList(), SOON);
      for (Wanted task : wanted) {
        endless.put(task.id(), tasks.onlyPidOf(task.id()));
      }
    }

    /** Lets a fault happen, and sees that all is as it was. */
    private void after(String name, Fault fault) throws Exception {
      long beginNs = System.nanoTime();
      String waiting = run + "gated-" + beginNs;
      framework.submit(List.of(tasks.gated(waiting)));
      framework.awaitRunning(List.of(waiting), SOON);

      fault.happen(waiting);

      Daemon leader = cluster.awaitLeader(SOON);
      cluster.awaitRegistered(leader, AGENTS, SOON);
      framework.awaitEndUpdate(waiting, SOON);
      assertThat(framework.endsOf(waiting)).as(name).containsExactly(TaskState.TASK_FINISHED);
      tasks.onlyPidOf(waiting);
      assertThat(cluster.activeAgents(leader)).as(name).isEqualTo(cluster.agentIds());
      nothingHasHappenedToTheEndlessOnes(name);
      launchingWorks();
      assertThat(ensemble.registry()).as(name).isEqualTo(registry);
      System.out.printf(
          "%s: all as before after %d ms%n",
          name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
    }

    private void nothingHasHappenedToTheEndlessOnes(String name) throws IOException {
      for (Map.Entry<String, Long> task : endless.entrySet()) {
        assertThat(tasks.onlyPidOf(task.getKey())).as(name).isEqualTo(task.getValue());
        assertThat(PlainTasks.isAlive(task.getValue())).as("%s: %s lives", name, task).isTrue();
        assertThat(framework.updatesOf(task.getKey()))
            .as(name)
            .extracting(seen -> seen.status().getState())
            .containsOnly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
      }
    }

    private void launchingWorks() throws Exception {
      String task = run + "after-" + System.nanoTime();
      tasks.openGate(task);
      framework.submit(List.of(tasks.gated(task)));
      framework.awaitEndUpdate(task, SOON);
      assertThat(framework.endsOf(task)).containsExactly(TaskState.TASK_FINISHED);
    }

    // ---- the faults ----

    private void killLeader(String waiting) throws Exception {
      Daemon old = cluster.awaitLeader(SOON);
      old.kill();
      tasks.openGate(waiting);
      awaitLeaderBeside(old);
      cluster.reviveMaster(old);
    }

    /**
     * It is stopped for longer than its session, and is asked to change the registry meanwhile: it
     * reads that when it goes on, perhaps before it knows that it leads no more.
     */
    private void stopLeader(String waiting) throws Exception {
      Daemon old = cluster.awaitLeader(SOON);
      long elections = elections(old);
      signal("STOP", old);
      try (Socket late = new Socket(InetAddress.getLoopbackAddress(), old.port())) {
        late.getOutputStream().write(deactivate(cluster.agentIds().iterator().next()));
        tasks.openGate(waiting);
        Daemon leader = awaitLeaderBeside(old);
        cluster.awaitRegistered(leader, AGENTS, SOON);

        signal("CONT", old);

        assertThat(statusOf(late)).isIn(Optional.empty(), Optional.of("307"), Optional.of("503"));
      }
      awaitStandby(old);
      assertThat(elections(old)).isEqualTo(elections);
    }

    private void cutLeaderOff(String waiting) throws Exception {
      Daemon old = cluster.awaitLeader(SOON);
      ensemble.cutOff(old.name());
      tasks.openGate(waiting);
      Daemon leader = awaitLeaderBeside(old);
      assertThat(old.leads()).as("two masters lead").isFalse();
      cluster.awaitRegistered(leader, AGENTS, SOON);
      assertThat(old.leads()).as("two masters lead").isFalse();
      ensemble.reconnect(old.name());
      awaitStandby(old);
    }

    private void killZooKeeperServer(String waiting) throws Exception {
      ensemble.killLeader();
      tasks.openGate(waiting);
      cluster.awaitLeader(SOON);
      framework.awaitEndUpdate(waiting, SOON);
      ensemble.revive();
    }

    private void restartEnsemble(String waiting) throws Exception {
      ensemble.killAll();
      await("nobody leads without ZooKeeper").atMost(SOON).until(() -> cluster.leader().isEmpty());
      tasks.openGate(waiting);
      ensemble.revive();
    }

    private void restartEverything(String waiting) throws Exception {
      ensemble.restartRolling();
      for (Daemon master : cluster.masters()) {
        master.terminate();
        master.awaitExit(SOON);
        Daemon next = cluster.reviveMaster(master);
        await(next.name() + " answers").atMost(SOON).until(next::answers);
        cluster.awaitLeader(SOON);
      }
      tasks.openGate(waiting);
      List<String> names = List.copyOf(cluster.agents());
      for (int i = 0; i < names.size(); i += AGENTS_AT_ONCE) {
        restartAgents(names.subList(i, Math.min(names.size(), i + AGENTS_AT_ONCE)));
      }
    }

    private void restartAgents(List<String> names) throws Exception {
      for (String name : names) {
        cluster.agent(name).terminate();
      }
      for (String name : names) {
        cluster.agent(name).awaitExit(SOON);
        cluster.reviveAgent(name);
      }
      for (String name : names) {
        await(name + " is registered")
            .atMost(SOON)
            .until(() -> Cluster.registeredAs(cluster.agent(name)).isPresent());
      }
    }

    // ---- masters ----

    private Daemon awaitLeaderBeside(Daemon old) {
      List<Daemon> others = new ArrayList<>(cluster.masters());
      others.remove(old);
      return await("another master than " + old.name() + " leads")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> Cluster.leader(others), Optional::isPresent)
          .orElseThrow();
    }

    /** Its process goes on, and it sends others to the leader. */
    private void awaitStandby(Daemon master) {
      await(master.name() + " is a standby")
          .atMost(SOON)
          .until(() -> master.redirectsTo("/state", "/master/state"));
      assertThat(master.isAlive()).isTrue();
    }

    private static long elections(Daemon master) throws IOException {
      return Files.readAllLines(master.log()).stream()
          .filter(line -> line.contains(ELECTED))
          .count();
    }

    private static void signal(String name, Daemon daemon) throws Exception {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(daemon.pid())).inheritIO().start();
      assertThat(kill.waitFor()).isZero();
    }

    private static byte[] deactivate(String agent) {
      String body =
          "{\"type\":\"DEACTIVATE_AGENT\",\"deactivate_agent\":{\"agent_id\":{\"value\":\"%s\"}}}"
              .formatted(agent);
      return ("POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection:"
              + " close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body)
          .getBytes(StandardCharsets.US_ASCII);
    }

    /** Of the answer that comes until the connection ends; empty when it ends without one. */
    private static Optional<String> statusOf(Socket socket) throws IOException {
      socket.setSoTimeout((int) SOON.toMillis());
      try {
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return answer.isEmpty() ? Optional.empty() : Optional.of(answer.split(" ", 3)[1]);
      } catch (SocketException reset) {
        return Optional.empty();
      }
    }
  }
}
