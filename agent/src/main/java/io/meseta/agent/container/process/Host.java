package io.meseta.agent.container.process;

import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.UnixUsers;
import io.meseta.agent.sandbox.Volumes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What all containers of one agent need.
 *
 * @param tools between the shell and a task
 * @param launcher starts them
 * @param files what they are started by, and what is known of them
 * @param facts of this machine
 */
record Host(
    ProcessOptions options,
    Tools tools,
    Launcher launcher,
    RunFiles files,
    LogRotation logs,
    CgroupRoots cgroups,
    Sandbox sandbox,
    Facts facts) {

  /**
   * What is needed to fill a sandbox.
   *
   * @param fetcher brings what a command names by URI
   */
  record Sandbox(Sandboxes sandboxes, Volumes volumes, UnixUsers users, Fetcher fetcher) {}

  /**
   * Of the machine and the agent's own process.
   *
   * @param bootId of the machine's start since which it runs
   * @param path where programs are looked for
   * @param memoryBytes of the machine
   * @param userName the agent's
   * @param uid the agent's
   */
  record Facts(String bootId, String path, long memoryBytes, String userName, int uid) {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    static Facts read() throws IOException {
      String path = System.getenv("PATH");
      return new Facts(
          Files.readString(BOOT_ID).strip(),
          path == null || path.isBlank() ? TaskEnvironment.DEFAULT_PATH : path,
          ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
              .getTotalMemorySize(),
          System.getProperty("user.name"),
          (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
  }

  static Host create(ProcessOptions options, Fetcher fetcher) throws IOException {
    Facts facts = Facts.read();
    RunFiles files = new RunFiles(options.workDir());
    files.prepare();
    Tools tools = Tools.find(facts.path());
    return new Host(
        options,
        tools,
        new Launcher(files, tools),
        files,
        new LogRotation(options.logs()),
        new CgroupRoots(options.cgroupsRoot()),
        new Sandbox(
            new Sandboxes(options.workDir()),
            // Nothing is removed here.
            new Volumes(options.workDir(), Runnable::run),
            UnixUsers.ofThisMachine(),
            fetcher),
        facts);
  }

  /** Whether tasks can run as the user that they name. */
  boolean switchesUser() {
    return options.switchUser() && facts.uid() == 0;
  }
}
