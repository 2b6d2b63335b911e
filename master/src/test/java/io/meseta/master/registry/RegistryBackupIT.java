package io.meseta.master.registry;

import static io.meseta.master.registry.RegistryChangeTest.agent;
import static io.meseta.master.registry.RegistryChangeTest.framework;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.coordination.Change;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.LeaderElection;
import io.meseta.common.coordination.StoreKey;
import io.meseta.common.coordination.StoreOptions;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.WriteOutcome;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.common.coordination.ZkUrl;
import io.meseta.master.registry.RegistryBackup.Existing;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.registry.v1.RoleRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RegistryBackupIT {

  private static final ZkOptions OPTIONS =
      ZkOptions.DEFAULT.withSessionTimeout(Duration.ofSeconds(30));
  private static final Duration ELECTION_LIMIT = Duration.ofSeconds(3);

  private static final AgentRecord AGENT = agent("run-S0", AgentRecord.State.ADMITTED);
  private static final AgentRecord LATER = agent("run-S1", AgentRecord.State.ADMITTED);
  private static final FrameworkRecord FRAMEWORK =
      framework("odd/id 1", FrameworkRecord.State.ACTIVE);
  private static final RoleRecord ROLE =
      RoleRecord.newBuilder().setName("eng/web").setWeightMilli(2500).build();

  @TempDir Path directory;
  private EmbeddedZooKeeper zooKeeper;
  private ZkUrl url;

  @BeforeEach
  void start() throws Exception {
    zooKeeper = EmbeddedZooKeeper.startTemporary();
    url = zooKeeper.url("/meseta");
  }

  @AfterEach
  void stop() {
    zooKeeper.close();
  }

  /** A master that leads until it is closed. */
  private final class Leader implements AutoCloseable {
    private final ZkSession session = ZkSession.open(url, OPTIONS);
    private final FencedStore store = FencedStore.open(session, StoreOptions.DEFAULT);
    private final Registry registry = new Registry(store);
    private final CompletableFuture<Term> elected = new CompletableFuture<>();
    private final LeaderElection election =
        LeaderElection.start(
            session,
            "master",
            new LeaderElection.Listener() {
              @Override
              public void elected(Term term) {
                elected.complete(term);
              }

              @Override
              public void deposed(String reason) {}
            });

    Term term() throws Exception {
      return elected.get(30, TimeUnit.SECONDS);
    }

    void write(RegistryChange... changes) throws Exception {
      CompletableFuture<RegistryOutcome> written = new CompletableFuture<>();
      registry.write(term(), 1, List.of(changes), (id, outcome) -> written.complete(outcome));
      assertThat(written.get(30, TimeUnit.SECONDS)).isEqualTo(new RegistryOutcome.Written());
    }

    RegistryRecovery recover() throws Exception {
      CompletableFuture<RegistryRecovery> recovered = new CompletableFuture<>();
      registry.recover(term(), recovered::complete);
      return recovered.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      election.close();
      session.close();
    }
  }

  private void fill() throws Exception {
    try (Leader leader = new Leader()) {
      leader.write(
          new RegistryChange.PutAgent(AGENT),
          new RegistryChange.PutFramework(FRAMEWORK),
          new RegistryChange.PutRole(ROLE));
    }
  }

  private RegistryRecovery recovered() throws Exception {
    try (Leader leader = new Leader()) {
      return leader.recover();
    }
  }

  private static RegistryRecovery full() {
    return new RegistryRecovery.Recovered(
        new RegistrySnapshot(
            List.of(AGENT), List.of(FRAMEWORK), List.of(ROLE), RegistrySnapshot.NO_MAINTENANCE));
  }

  private Path backup() throws Exception {
    Path file = directory.resolve("backup-" + System.nanoTime());
    try (RegistryBackup backup = RegistryBackup.open(url, OPTIONS)) {
      assertThat(backup.backup(file))
          .isEqualTo(Map.of("agents", 1, "frameworks", 1, "roles", 1, "maintenance", 0));
    }
    return file;
  }

  private Map<String, Integer> restore(Path file, Existing existing) throws Exception {
    try (RegistryBackup backup = RegistryBackup.open(url, OPTIONS, ELECTION_LIMIT)) {
      return backup.restore(file, existing);
    }
  }

  @Test
  void whatWasSavedComesBackInAnEmptyEnsemble() throws Exception {
    fill();
    Path file = backup();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    stop();
    start();

    assertThat(restore(file, Existing.KEEP))
        .isEqualTo(Map.of("agents", 1, "frameworks", 1, "roles", 1));

    assertThat(recovered()).isEqualTo(full());
  }

  @Test
  void itIsSavedWhileAMasterLeads() throws Exception {
    fill();
    try (Leader leader = new Leader()) {
      leader.term();
      assertThat(backup()).isNotEmptyFile();
      leader.write(new RegistryChange.PutAgent(AGENT));
    }
  }

  @Test
  void aRegistryThatIsNotEmptyIsKeptUnlessItIsToBeReplaced() throws Exception {
    fill();
    Path file = backup();
    try (Leader leader = new Leader()) {
      leader.write(new RegistryChange.PutAgent(LATER), new RegistryChange.DeleteRole("eng/web"));
    }

    assertThatThrownBy(() -> restore(file, Existing.KEEP))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty")
        .hasMessageContaining("--force");
    assertThat(recovered()).isNotEqualTo(full());

    restore(file, Existing.REPLACE);
    assertThat(recovered()).isEqualTo(full());
  }

  @Test
  void itIsRefusedWhileAMasterLeads() throws Exception {
    fill();
    Path file = backup();
    try (Leader leader = new Leader()) {
      leader.term();

      assertThatThrownBy(() -> restore(file, Existing.REPLACE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a master leads");

      leader.write(new RegistryChange.PutAgent(LATER));
    }
  }

  @Test
  void afterARestoreThatWasInterruptedNobodyLeadsUntilItIsMadeAgain() throws Exception {
    fill();
    Path file = backup();
    try (Leader leader = new Leader()) {
      CompletableFuture<WriteOutcome> marked = new CompletableFuture<>();
      leader.store.write(
          leader.term(),
          List.of(Change.put(new StoreKey(Registry.RESTORE, "unfinished"), new byte[0])),
          marked::complete);
      assertThat(marked.get(30, TimeUnit.SECONDS)).isInstanceOf(WriteOutcome.Written.class);
      assertThat(leader.recover())
          .isEqualTo(new RegistryRecovery.Failed(Registry.UNFINISHED_RESTORE));
    }
    assertThatThrownBy(this::backup).hasMessageContaining("not finished");

    restore(file, Existing.KEEP);

    assertThat(recovered()).isEqualTo(full());
  }

  @Test
  void aFileThatIsNotWholeOrNotOursChangesNothing() throws Exception {
    fill();
    Path file = backup();
    String text = Files.readString(file);
    for (String damaged :
        List.of(
            "",
            "something else\n",
            text.substring(0, text.length() - 1).substring(0, text.lastIndexOf("end ")),
            text.replaceFirst("agents [^\n]*\n", ""),
            text.replace("agents run-S0", "agents run-S9"))) {
      Path other = Files.writeString(directory.resolve("damaged"), damaged);
      assertThatThrownBy(() -> restore(other, Existing.REPLACE))
          .as(damaged)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(other.toString());
    }
    assertThatThrownBy(() -> restore(directory.resolve("none"), Existing.REPLACE))
        .hasMessageContaining("there is no file");
    assertThatThrownBy(
            () -> {
              try (RegistryBackup backup = RegistryBackup.open(url, OPTIONS)) {
                backup.backup(file);
              }
            })
        .hasMessageContaining("is there already");
    assertThat(recovered()).isEqualTo(full());
  }
}
