package io.meseta.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandMarkTest {

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endTheRest() {
    started.forEach(Process::destroyForcibly);
  }

  private Process command(Path workDir) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
    builder.environment().put(CommandMark.VARIABLE, CommandMark.fresh(workDir));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  @Test
  void commandsOfThisAgentAreEndedAndThoseOfOthersAreNot() throws Exception {
    Path mine = directory.resolve("mine");
    Process abandoned = command(mine);
    Process another = command(mine);
    Process ofOther = command(directory.resolve("other"));

    CommandMark.endAbandoned(directory.resolve("x/../mine"));

    assertThat(abandoned.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(another.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ofOther.isAlive()).isTrue();
  }
}
