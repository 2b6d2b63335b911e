package io.meseta.testkit.http;

import io.meseta.agent.Agent;
import io.meseta.agent.AgentOptions;
import io.meseta.agent.journal.JournalException;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import io.meseta.testkit.ScriptedContainers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Real daemons in this JVM, on free ports of the loopback address. */
final class LoopbackCluster implements AutoCloseable {

  /** Another one than its address, so that tests can tell them apart. */
  static final String AGENT_HOSTNAME = "localhost";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EmbeddedZooKeeper zooKeeper;
  private final Deque<Runnable> closing = new ArrayDeque<>();

  LoopbackCluster() throws IOException {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    closing.push(zooKeeper::close);
  }

  EmbeddedZooKeeper zooKeeper() {
    return zooKeeper;
  }

  String url() {
    return "zk://" + zooKeeper.connectString() + "/mesos";
  }

  /** Starts a master, which leads if it is the first one; waits until that is known to all. */
  Master leader() throws IOException {
    Master master = standby();
    await("the master leads", master::isLeading);
    return master;
  }

  Master standby() throws IOException {
    return standby(new MasterOptions());
  }

  Master standby(MasterOptions options) throws IOException {
    Master master = Master.start(options.zk(url()).port(0));
    closing.push(master::close);
    return master;
  }

  /** Starts an agent with 2 CPUs and 1 GiB that runs Docker containers. */
  Agent agent(Path workDir) throws IOException, JournalException {
    return started(Agent.start(agentOptions(workDir)));
  }

  /** The same without an engine: its containers start at once and run until they are killed. */
  Agent agentWithoutEngine(Path workDir) throws IOException, JournalException {
    ScriptedContainers containers = new ScriptedContainers();
    closing.push(containers::close);
    return started(Agent.start(agentOptions(workDir), (options, fetcher) -> containers.open()));
  }

  private Agent started(Agent agent) {
    closing.push(agent::close);
    return agent;
  }

  private AgentOptions agentOptions(Path workDir) {
    return new AgentOptions()
        .master(url())
        .port(0)
        .hostname(AGENT_HOSTNAME)
        .workDir(workDir)
        .resources("cpus:2;mem:1024;disk:1024;ports:[31000-31099]")
        .attributes("rack:r1;slots:4");
  }

  /** Waits, with the patience that all tests here have. */
  static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(PATIENCE).until(condition);
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
