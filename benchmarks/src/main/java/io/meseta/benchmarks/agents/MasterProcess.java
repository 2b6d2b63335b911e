package io.meseta.benchmarks.agents;

import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import io.meseta.master.view.AgentView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A master in a JVM of its own, with the memory that the daemon has by default. It ends with this
 * process, at the latest.
 */
final class MasterProcess implements AutoCloseable {

  private static final String HEAP = "heap";
  private static final String CONNECTED = "connected";
  private static final String RESIDENT = "VmRSS:";
  private static final int STOP_SECONDS = 15;
  private static final int POLL_MS = 50;

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final int port;

  private MasterProcess(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.port = (int) answer();
  }

  /** Starts it; returns when it leads. */
  static MasterProcess start(String zkUrl) throws IOException {
    return new MasterProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xms64m",
                    "-Xmx1g",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MasterProcess.class.getName(),
                    zkUrl))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  int port() {
    return port;
  }

  /** The processor time that it has used so far, of all its threads, in user and kernel mode. */
  Duration cpuTime() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(
            () -> new IllegalStateException("this system does not tell what a process has used"));
  }

  /** The heap in use, after everything that nobody holds has been given back. */
  long heapBytes() throws IOException {
    questions.println(HEAP);
    return answer();
  }

  /** How many agents are connected. */
  long connected() throws IOException {
    questions.println(CONNECTED);
    return answer();
  }

  /** The memory that it has of the machine. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(RESIDENT)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("this system does not tell what memory a process has");
  }

  private long answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the master's process has ended");
    }
    return Long.parseLong(line);
  }

  @Override
  public void close() {
    questions.close();
    try {
      process.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
    }
  }

  // ---- in the other process

  /**
   * Runs a master until the end of the input. It prints its port when it leads, and answers with
   * numbers what it is asked.
   *
   * @param arguments where ZooKeeper is
   */
  @SuppressWarnings("SystemOut") // The two processes talk by it; the master's log is not wanted.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream answers = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    try (Master master = Master.start(new MasterOptions().zk(arguments[0]).port(0));
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (!master.isLeading()) {
        Thread.sleep(POLL_MS);
      }
      answers.println(master.port());
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        answers.println(
            line.equals(HEAP)
                ? heapInUse()
                : master.view().totals().agents(AgentView.Standing.CONNECTED));
      }
    }
    System.exit(0);
  }

  private static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
