package io.meseta.agent.container.process;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.CommandMark;
import io.meseta.agent.container.ContainerExec.Command;
import io.meseta.agent.container.ContainerExec.Output;
import io.meseta.agent.container.ContainerExec.Session;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.agent.sandbox.SandboxOwner;
import io.meseta.agent.sandbox.UnixUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Starts further commands in containers: in the container's control group, in a group inside of it
 * by which they can be ended alone, with its user, directory and variables.
 */
final class ProcessExec {

  private final Host host;

  ProcessExec(Host host) {
    this.host = host;
  }

  /**
   * Starts one.
   *
   * @param state of the container, which runs
   */
  Session start(ContainerSpec spec, RunState state, Command command, Output output)
      throws IOException, InterruptedException {
    String name = UUID.randomUUID().toString();
    Path file = host.files().commandFile(name);
    Optional<Cgroup> group =
        host.cgroups()
            .of(state.cgroupsRoot(), spec.container().value())
            .map(container -> container.nested("command-" + name));
    Optional<Terminal> terminal = Optional.empty();
    boolean started = false;
    try {
      Optional<UnixUser> user =
          ProcessLaunch.userOf(host, command.user().orElse(spec.effectiveUser()));
      if (command.terminal().isPresent()) {
        terminal = Optional.of(Terminal.open(command.terminal().get(), SandboxOwner.of(user)));
      }
      byte[] script =
          StartScript.ofCommand(
              host.tools(),
              plan(spec, command, name),
              group.map(Cgroup::joinedBy).orElse(List.of()),
              user,
              terminal.map(Terminal::file));
      if (group.isPresent()) {
        group.get().create();
      }
      Files.write(file, script);
      Process process = begin(file, terminal.isPresent());
      CommandSession session =
          new CommandSession(process, new CommandEnd(process, group, name, file), terminal, output);
      started = true;
      session.follow();
      return session;
    } catch (RefusedException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      if (!started) {
        giveUp(file, group, terminal);
      }
    }
  }

  private static void giveUp(Path file, Optional<Cgroup> group, Optional<Terminal> terminal)
      throws IOException, InterruptedException {
    terminal.ifPresent(Terminal::close);
    Files.deleteIfExists(file);
    if (group.isPresent()) {
      group.get().remove(CommandEnd.LIMIT);
    }
  }

  private ProcessPlan plan(ContainerSpec spec, Command command, String name)
      throws RefusedException {
    if (command.argv().isEmpty()) {
      throw new RefusedException("there is no command to run");
    }
    ProcessPlan own = ProcessLaunch.plan(host, spec);
    Map<String, ByteString> environment = new TreeMap<>(own.environment());
    command
        .environment()
        .forEach((variable, value) -> environment.put(variable, ByteString.copyFromUtf8(value)));
    // By which all that it starts is found where there are no control groups.
    environment.put(
        TaskEnvironment.COMMAND_NAME, ByteString.copyFromUtf8(TaskEnvironment.containerName(name)));
    environment.put(
        CommandMark.VARIABLE, ByteString.copyFromUtf8(CommandMark.fresh(host.options().workDir())));
    ProcessPlan.requireSmall(command.argv(), environment);
    return new ProcessPlan(
        own.sandbox(), command.argv(), environment, own.links(), own.rlimits(), own.limits());
  }

  private static Process begin(Path file, boolean withTerminal) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of("/bin/sh", file.toString()));
    builder.environment().clear();
    builder.environment().put("PATH", TaskEnvironment.DEFAULT_PATH);
    if (withTerminal) {
      // It opens the terminal itself; what goes wrong before has nobody to be told to but the code.
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    return builder.start();
  }

  /** For sessions whose terminal has no size. */
  static TerminalSize orDefault(TerminalSize size) {
    return size.columns() > 0 && size.rows() > 0 ? size : new TerminalSize(80, 24);
  }
}
