package io.meseta.agent.container.docker;

import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.InspectExecResponse;
import io.meseta.agent.container.CommandMark;
import io.meseta.agent.container.ContainerExec;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands inside the engine's containers.
 *
 * <p>Every call to the engine has a time limit. The engine has no call that ends a command: see
 * {@link ExecProcesses}.
 */
final class DockerExec implements ContainerExec {

  private final Engine engine;

  DockerExec(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Session exec(ContainerId container, Command command, Output output)
      throws IOException, InterruptedException {
    if (!engine.client().connection().canUpgrade()) {
      throw new IOException(
          "commands inside containers need an engine on a Unix socket or on TCP without TLS");
    }
    String name = Labels.engineName(container);
    // By which all its processes are found again, wherever they have gone.
    String mark = CommandMark.VARIABLE + "=" + CommandMark.fresh(engine.options().workDir());
    String id;
    HijackedStream stream;
    try {
      id = create(name, command, mark);
      stream = start(id, name, command);
    } catch (EngineException e) {
      throw new IOException(e.getMessage(), e);
    }
    DockerExecSession session =
        new DockerExecSession(
            engine, new DockerExecSession.Started(id, name, mark), stream, output);
    session.begin(command.terminal());
    return session;
  }

  private String create(String name, Command command, String mark)
      throws EngineException, InterruptedException {
    List<String> environment = new ArrayList<>();
    command.environment().forEach((variable, value) -> environment.add(variable + "=" + value));
    environment.add(mark);
    return engine
        .client()
        .timed(
            "create a command in container " + name,
            engine.options().limits().query(),
            () -> {
              ExecCreateCmd create =
                  engine
                      .client()
                      .connection()
                      .docker()
                      .execCreateCmd(name)
                      .withCmd(command.argv().toArray(String[]::new))
                      .withEnv(environment)
                      .withAttachStdin(true)
                      .withAttachStdout(true)
                      .withAttachStderr(true)
                      .withTty(command.terminal().isPresent());
              command.user().ifPresent(create::withUser);
              return create.exec().getId();
            });
  }

  private HijackedStream start(String id, String name, Command command)
      throws EngineException, InterruptedException {
    String size =
        command
            .terminal()
            .map(
                terminal -> ",\"ConsoleSize\":[" + terminal.rows() + "," + terminal.columns() + "]")
            .orElse("");
    String json = "{\"Detach\":false,\"Tty\":" + command.terminal().isPresent() + size + "}";
    return engine
        .client()
        .timed(
            "start a command in container " + name,
            engine.options().limits().start(),
            () ->
                engine
                    .client()
                    .connection()
                    .upgrade("/exec/" + id + "/start", json.getBytes(StandardCharsets.UTF_8)));
  }

  /** What the engine knows of a command. */
  static InspectExecResponse inspect(Engine engine, String id)
      throws EngineException, InterruptedException {
    return engine
        .client()
        .timed(
            "inspect a command",
            engine.options().limits().query(),
            () -> engine.client().connection().docker().inspectExecCmd(id).exec());
  }
}
