package io.meseta.testkit.http;

import io.meseta.agent.Agent;
import io.meseta.agent.AgentOptions;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import io.meseta.testkit.ScriptedContainers;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A master and an agent in a JVM of their own with a small heap, so that a test sees whether their
 * memory is bounded: if it is not, they die.
 *
 * <p>The agent's containers end at once and well: no engine is needed.
 */
final class DaemonsProcess implements AutoCloseable {

  private static final String HEAP = "heap";
  private static final int HEAP_MIB = 96;

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final int masterPort;
  private final int agentPort;

  private DaemonsProcess(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.masterPort = Integer.parseInt(answer());
    this.agentPort = Integer.parseInt(answer());
  }

  static DaemonsProcess start(String zkUrl, Path workDir) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MIB + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DaemonsProcess.class.getName(),
                zkUrl,
                workDir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new DaemonsProcess(process);
  }

  int masterPort() {
    return masterPort;
  }

  int agentPort() {
    return agentPort;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Heap in use after a garbage collection, and what Netty holds beside the heap, in MiB. */
  long usedMib() throws IOException {
    questions.println(HEAP);
    return Long.parseLong(answer()) >> 20;
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("The daemons have died");
    }
    return line;
  }

  @Override
  public void close() {
    questions.close();
    try {
      process.onExit().orTimeout(15, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
      throw new IllegalStateException("The daemons do not stop", e);
    }
  }

  // ---- in the other process

  /**
   * Runs the daemons until the end of the input.
   *
   * @param arguments ZooKeeper, work directory
   */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    try (ScriptedContainers containers = new ScriptedContainers();
        Master master = Master.start(new MasterOptions().zk(arguments[0]).port(0));
        Agent agent =
            Agent.start(
                new AgentOptions()
                    .master(arguments[0])
                    .port(0)
                    .workDir(Path.of(arguments[1]))
                    .resources("cpus:2;mem:1024;disk:1024;ports:[31000-31099]"),
                (options, fetcher) -> containers.open())) {
      containers.script(spec -> ContainerScript.exits(Duration.ZERO, 0));
      System.out.println(master.port());
      System.out.println(agent.port());
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (HEAP.equals(input.readLine())) {
        System.out.println(usedBytes());
      }
    }
    System.exit(0);
  }

  private static long usedBytes() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return heap + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
