package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.http.MasterAccess;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.JournalException;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.agent.security.ExecutorAccess;
import io.meseta.api.v1.AgentInfo;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLoopTest {

  @TempDir Path workDir;

  @Test
  void anAgentWhoseJournalBreaksEnds() throws JournalException, IOException {
    BreakableJournal journal = new BreakableJournal();
    HttpClient client = new HttpClient(HttpClientOptions.defaults());
    AgentSettings settings =
        AgentSettings.defaults(AgentInfo.newBuilder().setHostname("h").build(), "1.0");
    try (SandboxGc gc =
            SandboxGc.start(
                new SandboxGc.Options(workDir, Duration.ofDays(7), 0.1, Duration.ofMinutes(1)),
                Optional::empty);
        AgentLoop loop =
            new AgentLoop(
                settings,
                AgentLoop.Recording.none(),
                journal,
                new ScriptedContainerizer(Instant.EPOCH, spec -> ContainerScript.runs()),
                ContainerExec.refusing("no commands here"),
                new AgentLoop.Peers(MasterAccess.plain(client), ExecutorAccess.OPEN),
                new Volumes(workDir, Runnable::run),
                gc)) {
      loop.start("boot");
      assertThat(loop.ended()).isNotDone();

      journal.listener.join().broken("planted");

      assertThat(loop.ended())
          .isCompletedWithValue("its journal cannot be written any more: planted");
    } finally {
      client.close();
    }
  }

  /** An empty one that breaks when it is told to. */
  private static final class BreakableJournal implements Journal {

    private final CompletableFuture<Listener> listener = new CompletableFuture<>();

    @Override
    public JournalSnapshot recover() {
      return JournalSnapshot.EMPTY;
    }

    @Override
    public void start(Listener answers) {
      listener.complete(answers);
    }

    @Override
    public void write(long sequence, List<JournalChange> changes) {
      listener.join().written(sequence);
    }

    @Override
    public void close() {}
  }
}
