package io.meseta.agent.journal;

import static io.meseta.agent.journal.JournalTestContext.agent;
import static io.meseta.agent.journal.JournalTestContext.framework;
import static io.meseta.agent.journal.JournalTestContext.task;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.journal.JournalChange.DeleteAgent;
import io.meseta.agent.journal.JournalChange.DeleteExecutor;
import io.meseta.agent.journal.JournalChange.DeleteFramework;
import io.meseta.agent.journal.JournalChange.DeleteTask;
import io.meseta.agent.journal.JournalChange.PutAgent;
import io.meseta.agent.journal.JournalChange.PutExecutor;
import io.meseta.agent.journal.JournalTestContext.Answer;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest {

  private static final FrameworkId F1 = new FrameworkId("f1");

  @TempDir private Path workDir;

  private final JournalTestContext answers = new JournalTestContext();

  private SqliteJournal open() throws JournalException {
    return SqliteJournal.open(SqliteJournal.Options.in(workDir));
  }

  private SqliteJournal started() throws JournalException {
    SqliteJournal journal = open();
    journal.start(answers);
    return journal;
  }

  private Path file() {
    return workDir.resolve("journal").resolve("journal.db");
  }

  private JournalSnapshot reopened() throws JournalException {
    try (SqliteJournal journal = open()) {
      return journal.recover();
    }
  }

  @Test
  void aNewJournalIsEmpty() throws JournalException {
    assertThat(reopened()).isEqualTo(JournalSnapshot.EMPTY);
  }

  @Test
  void whatWasWrittenIsThereInTheOrderOfItsFirstWriting() throws Exception {
    try (SqliteJournal journal = started()) {
      journal.write(1, List.of(new PutAgent(agent("A0")), framework("f2"), framework("f1")));
      journal.write(2, List.of(task("t9", TASK_STARTING), task("t1", TASK_STARTING)));
      journal.write(3, List.of(task("t9", TASK_RUNNING)));
    }

    JournalSnapshot snapshot = reopened();
    assertThat(snapshot.agent()).contains(agent("A0"));
    assertThat(snapshot.frameworks())
        .containsExactly(framework("f2").framework(), framework("f1").framework());
    assertThat(snapshot.tasks())
        .containsExactly(task("t9", TASK_RUNNING).task(), task("t1", TASK_STARTING).task());
  }

  @Test
  void whatWasDeletedIsGoneAndDeletingAgainIsHarmless() throws Exception {
    try (SqliteJournal journal = started()) {
      journal.write(
          1, List.of(new PutAgent(agent("A0")), framework("f1"), task("t1", TASK_STARTING)));
      List<JournalChange> deletes =
          List.of(new DeleteTask(F1, new TaskId("t1")), new DeleteFramework(F1), new DeleteAgent());
      journal.write(2, deletes);
      journal.write(3, deletes);
    }

    assertThat(reopened()).isEqualTo(JournalSnapshot.EMPTY);
  }

  @Test
  void executorsAreKeptBesideTheTasks() throws Exception {
    ExecutorRecord e1 = executor("e1", ExecutorRecord.State.RUNNING);
    try (SqliteJournal journal = started()) {
      journal.write(
          1,
          List.of(
              new PutExecutor(executor("e1", ExecutorRecord.State.REGISTERING)),
              new PutExecutor(executor("e2", ExecutorRecord.State.REGISTERING))));
      journal.write(2, List.of(new PutExecutor(e1), new DeleteExecutor(F1, new ExecutorId("e2"))));
    }

    assertThat(reopened().executors()).containsExactly(e1);
  }

  private static ExecutorRecord executor(String id, ExecutorRecord.State state) {
    return ExecutorRecord.newBuilder()
        .setFrameworkId(F1.toProto())
        .setExecutor(ExecutorInfo.newBuilder().setExecutorId(new ExecutorId(id).toProto()))
        .setContainerId(new ContainerId("c-" + id).toProto())
        .setState(state)
        .build();
  }

  @Test
  void aJournalOfTheFirstVersionIsUpgradedInPlace() throws Exception {
    Files.createDirectories(file().getParent());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE agent (id INTEGER PRIMARY KEY CHECK (id = 1), record BLOB NOT NULL)");
      statement.execute(
          "CREATE TABLE frameworks (framework_id TEXT PRIMARY KEY, record BLOB NOT NULL)");
      statement.execute(
          "CREATE TABLE tasks (framework_id TEXT NOT NULL, task_id TEXT NOT NULL,"
              + " record BLOB NOT NULL, PRIMARY KEY (framework_id, task_id))");
      statement.execute("PRAGMA user_version = 1");
      try (PreparedStatement put =
          connection.prepareStatement("INSERT INTO tasks VALUES ('f1', 't1', ?)")) {
        put.setBytes(1, task("t1", TASK_RUNNING).task().toByteArray());
        put.executeUpdate();
      }
    }

    try (SqliteJournal journal = started()) {
      assertThat(journal.recover().tasks()).containsExactly(task("t1", TASK_RUNNING).task());
      journal.write(1, List.of(new PutExecutor(executor("e1", ExecutorRecord.State.RUNNING))));
    }

    assertThat(reopened().tasks()).hasSize(1);
    assertThat(reopened().executors()).hasSize(1);
  }

  @Test
  void answersComeInOrder() throws Exception {
    try (SqliteJournal journal = started()) {
      for (long sequence = 1; sequence <= 2000; sequence++) {
        journal.write(sequence, List.of(task("t" + sequence % 7, TASK_RUNNING)));
      }
      for (long sequence = 1; sequence <= 2000; sequence++) {
        assertThat(answers.next()).isEqualTo(new Answer(sequence, ""));
      }
    }
  }

  @Test
  void closingFinishesWhatWasGiven() throws Exception {
    try (SqliteJournal journal = started()) {
      for (long sequence = 1; sequence <= 500; sequence++) {
        journal.write(sequence, List.of(task("t" + sequence, TASK_RUNNING)));
      }
    }

    assertThat(reopened().tasks()).hasSize(500);
  }

  @Test
  void aClosedJournalTakesNothing() throws Exception {
    SqliteJournal journal = started();
    journal.close();
    journal.close();

    assertThatThrownBy(() -> journal.write(1, List.of())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aWriteThatDoesNotFitFailsAndAllLaterOnesUntilItSucceeds() throws Exception {
    String large = "x".repeat(300_000);
    try (SqliteJournal journal = SqliteJournal.open(new SqliteJournal.Options(workDir, 200_000))) {
      journal.start(answers);
      journal.write(1, List.of(task("t1", TASK_STARTING)));
      assertThat(answers.next().ok()).isTrue();

      journal.write(2, List.of(task("t1", TASK_FINISHED), task("t2", TASK_STARTING, large)));
      Answer full = answers.next();
      assertThat(full.sequence()).isEqualTo(2);
      assertThat(full.failure()).contains("journal.db").containsIgnoringCase("full");
      journal.write(3, List.of(task("t3", TASK_RUNNING)));
      assertThat(answers.next()).isEqualTo(new Answer(3, "an earlier write failed"));

      journal.write(2, List.of(task("t2", TASK_STARTING)));
      journal.write(3, List.of(task("t3", TASK_RUNNING)));
      assertThat(answers.next()).isEqualTo(new Answer(2, ""));
      assertThat(answers.next()).isEqualTo(new Answer(3, ""));
    }

    assertThat(reopened().tasks())
        .as("nothing of the failed write is kept")
        .containsExactly(
            task("t1", TASK_STARTING).task(),
            task("t2", TASK_STARTING).task(),
            task("t3", TASK_RUNNING).task());
  }

  @Test
  void afterAFaultOfItsThreadEveryWriteHasAnAnswer() throws Exception {
    CountDownLatch allAreGiven = new CountDownLatch(1);
    try (SqliteJournal journal = open()) {
      journal.start(new FaultyListener(answers, allAreGiven));
      for (long sequence = 1; sequence <= 3; sequence++) {
        journal.write(sequence, List.of(task("t" + sequence, TASK_RUNNING)));
      }
      allAreGiven.countDown();

      assertThat(answers.fault()).contains("LinkageError: planted");
      assertThat(answers.next()).matches(answer -> answer.sequence() == 2 && !answer.ok());
      assertThat(answers.next()).matches(answer -> answer.sequence() == 3 && !answer.ok());

      journal.write(4, List.of(task("t4", TASK_RUNNING)));
      assertThat(answers.next())
          .isEqualTo(
              new Answer(
                  4, "the journal's thread has ended by a fault: java.lang.LinkageError: planted"));
    }

    assertThat(reopened().tasks())
        .contains(task("t1", TASK_RUNNING).task())
        .doesNotContain(task("t4", TASK_RUNNING).task());
  }

  /** Is hit by an error in its first answer, once all that is to wait for another one waits. */
  private record FaultyListener(JournalTestContext answers, CountDownLatch allAreGiven)
      implements Journal.Listener {

    @Override
    public void written(long sequence) {
      if (sequence > 1) {
        answers.written(sequence);
        return;
      }
      try {
        allAreGiven.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new LinkageError("planted");
    }

    @Override
    public void failed(long sequence, String reason) {
      answers.failed(sequence, reason);
    }

    @Override
    public void broken(String reason) {
      answers.broken(reason);
    }
  }

  @Test
  void aDirectoryInUseIsRefusedWithTheHolder() throws Exception {
    try (SqliteJournal first = started()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use by another agent")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("--work_dir");
      first.write(1, List.of(task("t1", TASK_RUNNING)));
      assertThat(answers.next().ok()).as("the first goes on").isTrue();
    }

    assertThat(reopened().tasks()).hasSize(1);
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(
        file(), "this is not a database, and long enough to be taken for one. ".repeat(80));

    assertRefused();
    assertThat(file()).content().startsWith("this is not a database");
  }

  private void assertRefused() {
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("does not start")
        .hasMessageContaining("move the directory");
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    try (SqliteJournal journal = started()) {
      for (long sequence = 1; sequence <= 200; sequence++) {
        journal.write(sequence, List.of(task("t" + sequence, TASK_RUNNING, "n".repeat(500))));
      }
    }
    overwriteTheMiddle();

    assertRefused();
  }

  private void overwriteTheMiddle() throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
      assertThat(raw.length()).isGreaterThan(100_000);
      raw.seek(40_000);
      raw.write(new byte[40_000]);
    }
  }

  @Test
  void aRecordThatCannotBeReadIsRefused() throws Exception {
    reopened();
    execute("INSERT INTO agent (id, record) VALUES (1, x'ffffff')");

    try (SqliteJournal journal = open()) {
      assertThatThrownBy(journal::recover)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("move the directory");
    }
  }

  @Test
  void aJournalOfANewerVersionIsRefused() throws Exception {
    reopened();
    execute("PRAGMA user_version = 99");

    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("newer version of the agent (format 99");
    execute("PRAGMA user_version = 2");
    assertThat(reopened().agent()).isEqualTo(Optional.empty());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aWorkDirectoryThatCannotBeMadeIsRefused() throws Exception {
    Path occupied = Files.writeString(workDir.resolve("occupied"), "a file");

    assertThatThrownBy(() -> SqliteJournal.open(SqliteJournal.Options.in(occupied)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("cannot be written");
  }
}
