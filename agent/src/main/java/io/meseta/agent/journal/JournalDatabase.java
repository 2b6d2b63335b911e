package io.meseta.agent.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.meseta.agent.journal.JournalChange.DeleteAgent;
import io.meseta.agent.journal.JournalChange.DeleteExecutor;
import io.meseta.agent.journal.JournalChange.DeleteFramework;
import io.meseta.agent.journal.JournalChange.DeleteTask;
import io.meseta.agent.journal.JournalChange.PutAgent;
import io.meseta.agent.journal.JournalChange.PutExecutor;
import io.meseta.agent.journal.JournalChange.PutFramework;
import io.meseta.agent.journal.JournalChange.PutTask;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of the journal and the statements on them. Not thread-safe.
 *
 * <p>One connection, kept for ever. After a failed commit it is rolled back and used again, not
 * opened anew: a retry then overwrites the frames of the failed attempt in the write-ahead log. A
 * new connection would read them back from the page cache as if they were safe.
 */
final class JournalDatabase implements AutoCloseable {

  private static final int SCHEMA_VERSION = 2;
  private static final int PAGE_BYTES = 4096;

  private static final String PUT_AGENT =
      "INSERT INTO agent (id, record) VALUES (1, ?)"
          + " ON CONFLICT (id) DO UPDATE SET record = excluded.record";
  private static final String PUT_FRAMEWORK =
      "INSERT INTO frameworks (framework_id, record) VALUES (?, ?)"
          + " ON CONFLICT (framework_id) DO UPDATE SET record = excluded.record";
  private static final String PUT_TASK =
      "INSERT INTO tasks (framework_id, task_id, record) VALUES (?, ?, ?)"
          + " ON CONFLICT (framework_id, task_id) DO UPDATE SET record = excluded.record";
  private static final String PUT_EXECUTOR =
      "INSERT INTO executors (framework_id, executor_id, record) VALUES (?, ?, ?)"
          + " ON CONFLICT (framework_id, executor_id) DO UPDATE SET record = excluded.record";

  private final Connection connection;

  private JournalDatabase(Connection connection) {
    this.connection = connection;
  }

  /**
   * Opens the file, made if need be, and checks it.
   *
   * @throws SQLException if it cannot be opened
   * @throws JournalException if it is damaged or of another version
   */
  static JournalDatabase open(Path file, long limitBytes) throws SQLException, JournalException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try {
      JournalDatabase database = new JournalDatabase(connection);
      database.configure(limitBytes);
      database.check();
      database.prepareSchema();
      return database;
    } catch (SQLException | JournalException e) {
      connection.close();
      throw e;
    }
  }

  private void configure(long limitBytes) throws SQLException, JournalException {
    // No other process has business here; without this one there would be a shared-memory file.
    execute("PRAGMA locking_mode = EXCLUSIVE");
    execute("PRAGMA page_size = " + PAGE_BYTES);
    execute("PRAGMA max_page_count = " + limitBytes / PAGE_BYTES);
    execute("PRAGMA journal_mode = WAL");
    // With a write-ahead log: fsync at each commit, which is the whole point.
    execute("PRAGMA synchronous = FULL");
    // SQLite does not fail when it cannot do what it is asked here; some file systems have no WAL.
    require("journal_mode", "wal");
    require("synchronous", "2");
  }

  private void require(String setting, String value) throws SQLException, JournalException {
    String actual = ask("PRAGMA " + setting);
    if (!actual.equals(value)) {
      throw new JournalException(
          "SQLite answers "
              + setting
              + " = "
              + actual
              + " instead of "
              + value
              + ", so that a crash could lose writes");
    }
  }

  private String ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "nothing";
    }
  }

  private void check() throws SQLException, JournalException {
    String verdict = ask("PRAGMA integrity_check(1)");
    if (!verdict.equals("ok")) {
      throw new JournalException(verdict);
    }
  }

  private void prepareSchema() throws SQLException, JournalException {
    begin();
    int version = Integer.parseInt(ask("PRAGMA user_version"));
    if (version > SCHEMA_VERSION) {
      throw new JournalException(
          "it was written by a newer version of the agent (format "
              + version
              + ", this one knows "
              + SCHEMA_VERSION
              + ")");
    }
    // Each step makes of a journal of its version one of the next, in the same transaction.
    if (version < 1) {
      execute("CREATE TABLE agent (id INTEGER PRIMARY KEY CHECK (id = 1), record BLOB NOT NULL)");
      execute("CREATE TABLE frameworks (framework_id TEXT PRIMARY KEY, record BLOB NOT NULL)");
      execute(
          "CREATE TABLE tasks (framework_id TEXT NOT NULL, task_id TEXT NOT NULL,"
              + " record BLOB NOT NULL, PRIMARY KEY (framework_id, task_id))");
    }
    if (version < 2) {
      execute(
          "CREATE TABLE executors (framework_id TEXT NOT NULL, executor_id TEXT NOT NULL,"
              + " record BLOB NOT NULL, PRIMARY KEY (framework_id, executor_id))");
    }
    if (version < SCHEMA_VERSION) {
      execute("PRAGMA user_version = " + SCHEMA_VERSION);
    }
    commit();
  }

  /** Everything, in the order in which it was first written. */
  JournalSnapshot read() throws SQLException, InvalidProtocolBufferException {
    List<AgentRecord> agents = records("agent", "id", AgentRecord.parser());
    return new JournalSnapshot(
        agents.stream().findFirst(),
        List.copyOf(records("frameworks", "rowid", FrameworkRecord.parser())),
        List.copyOf(records("executors", "rowid", ExecutorRecord.parser())),
        List.copyOf(records("tasks", "rowid", TaskRecord.parser())));
  }

  private <T> List<T> records(String table, String order, Parser<T> parser)
      throws SQLException, InvalidProtocolBufferException {
    List<T> records = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT record FROM " + table + " ORDER BY " + order)) {
      while (rows.next()) {
        records.add(parser.parseFrom(rows.getBytes(1)));
      }
    }
    return records;
  }

  /** Applies a change; it is durable once {@link #commit} has returned. */
  void apply(JournalChange change) throws SQLException {
    switch (change) {
      case PutAgent put -> update(PUT_AGENT, put.agent().toByteArray());
      case DeleteAgent d -> update("DELETE FROM agent");
      case PutFramework put ->
          update(
              PUT_FRAMEWORK,
              put.framework().getInfo().getId().getValue(),
              put.framework().toByteArray());
      case DeleteFramework delete ->
          update("DELETE FROM frameworks WHERE framework_id = ?", delete.framework().value());
      case PutTask put ->
          update(
              PUT_TASK,
              put.task().getFrameworkId().getValue(),
              put.task().getTask().getTaskId().getValue(),
              put.task().toByteArray());
      case DeleteTask delete ->
          update(
              "DELETE FROM tasks WHERE framework_id = ? AND task_id = ?",
              delete.framework().value(),
              delete.task().value());
      case PutExecutor put ->
          update(
              PUT_EXECUTOR,
              put.executor().getFrameworkId().getValue(),
              put.executor().getExecutor().getExecutorId().getValue(),
              put.executor().toByteArray());
      case DeleteExecutor delete ->
          update(
              "DELETE FROM executors WHERE framework_id = ? AND executor_id = ?",
              delete.framework().value(),
              delete.executor().value());
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /**
   * Begins a transaction. Plain statements, not JDBC's own: SQLite ends a transaction by itself
   * when the disk is full, which JDBC's idea of it does not survive.
   */
  void begin() throws SQLException {
    execute("BEGIN IMMEDIATE");
  }

  void commit() throws SQLException {
    execute("COMMIT");
  }

  /** Fails if SQLite has rolled back by itself, which does no harm. */
  void rollback() throws SQLException {
    execute("ROLLBACK");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
