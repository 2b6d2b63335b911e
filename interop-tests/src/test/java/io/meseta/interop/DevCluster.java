package io.meseta.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code meseta dev} in a process of its own: ZooKeeper, a master and an agent. */
final class DevCluster implements AutoCloseable {

  private static final Pattern MASTER = Pattern.compile("master +(http://\\S+)");
  private static final long STOP_SECONDS = 60;

  private final Process process;
  private final URI master;

  private DevCluster(Process process, URI master) {
    this.process = process;
    this.master = master;
  }

  /**
   * Starts it; returns when it is ready.
   *
   * @param data where the cluster keeps its data; its log is beside that
   */
  static DevCluster start(Path data) throws IOException {
    Path libraries = Path.of(System.getProperty("meseta.distribution"), "lib");
    if (!Files.isDirectory(libraries)) {
      throw new IOException("No program in " + libraries + ": ./meseta build puts it together");
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                libraries.resolve("*").toString(),
                "io.meseta.cli.Main",
                "dev",
                "--zk_port=0",
                "--master_port=0",
                "--agent_port=0",
                "--data_dir=" + data)
            .redirectError(data.resolveSibling(data.getFileName() + ".log").toFile())
            .start();
    try {
      return new DevCluster(process, awaitReady(process));
    } catch (IOException e) {
      process.destroy();
      throw e;
    }
  }

  /** Its output ends when it does, so this waits for no longer than it lives. */
  private static URI awaitReady(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    URI master = null;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      Matcher found = MASTER.matcher(line);
      if (found.matches()) {
        master = URI.create(found.group(1));
      }
      if (line.startsWith("Ready.") && master != null) {
        return master;
      }
    }
    throw new IOException("The cluster did not start: " + String.join(" | ", lines));
  }

  /** {@code http://host:port}. */
  URI master() {
    return master;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IllegalStateException("The cluster did not stop within " + STOP_SECONDS + " s");
  }
}
