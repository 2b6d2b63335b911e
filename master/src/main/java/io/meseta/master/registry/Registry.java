package io.meseta.master.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.meseta.common.coordination.Change;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.ReadOutcome;
import io.meseta.common.coordination.StoreKey;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.WriteOutcome;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.registry.v1.MaintenanceRecord;
import io.meseta.master.registry.v1.RoleRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries registry changes to the {@link FencedStore} and back. All methods return at once;
 * callbacks are called on the coordination thread and must return at once. Each write is answered
 * exactly once, in the order of the writes.
 */
public final class Registry {
  private static final Logger log = LoggerFactory.getLogger(Registry.class);
  private static final String AGENTS = "agents";
  private static final String FRAMEWORKS = "frameworks";
  private static final String ROLES = "roles";
  private static final String MAINTENANCE = "maintenance";
  private static final String THE_SCHEDULE = "schedule";

  /** Holds a record while {@link RegistryBackup} restores, and when it could not end. */
  static final String RESTORE = "restore";

  static final String UNFINISHED_RESTORE =
      "a restore of the registry was not finished: run 'meseta registry restore' again, with the"
          + " same file";

  private static final Reading<AgentRecord> AGENT =
      new Reading<>("agent", AgentRecord.parser(), record -> record.getInfo().getId().getValue());
  private static final Reading<FrameworkRecord> FRAMEWORK =
      new Reading<>(
          "framework", FrameworkRecord.parser(), record -> record.getInfo().getId().getValue());
  private static final Reading<RoleRecord> ROLE =
      new Reading<>("role", RoleRecord.parser(), RoleRecord::getName);
  private static final Reading<MaintenanceRecord> PLANNED =
      new Reading<>("maintenance", MaintenanceRecord.parser(), unused -> THE_SCHEDULE);

  /** Told how a write ended. */
  @FunctionalInterface
  public interface WriteListener {
    /**
     * The write has ended.
     *
     * @param writeId the one that was given with the write
     */
    void registryWritten(long writeId, RegistryOutcome outcome);
  }

  private final FencedStore store;

  public Registry(FencedStore store) {
    this.store = store;
  }

  /**
   * Reads everything. To be called by a leader at the beginning of its term, before it writes; it
   * then sees all that earlier terms have written.
   */
  public void recover(Term term, Consumer<RegistryRecovery> callback) {
    new Recovery(term, callback).readMark();
  }

  /** All collections that there are. */
  static List<String> collections() {
    return List.of(AGENTS, FRAMEWORKS, ROLES, MAINTENANCE, RESTORE);
  }

  /** Why records cannot be those of a collection, by their ids; empty if they can. */
  static Optional<String> problem(String collection, SortedMap<String, byte[]> records) {
    Optional<Reading<?>> reading =
        switch (collection) {
          case AGENTS -> Optional.of(AGENT);
          case FRAMEWORKS -> Optional.of(FRAMEWORK);
          case ROLES -> Optional.of(ROLE);
          case MAINTENANCE -> Optional.of(PLANNED);
          default -> Optional.empty();
        };
    return reading.isEmpty()
        ? Optional.of("records of a kind that this release does not know: " + collection)
        : reading.get().problem(records);
  }

  /** One reading of everything, collection by collection. */
  private final class Recovery {
    private final Term term;
    private final Consumer<RegistryRecovery> callback;
    private final List<AgentRecord> agents = new ArrayList<>();
    private final List<FrameworkRecord> frameworks = new ArrayList<>();
    private final List<RoleRecord> roles = new ArrayList<>();
    private final List<MaintenanceRecord> maintenance = new ArrayList<>();

    Recovery(Term term, Consumer<RegistryRecovery> callback) {
      this.term = term;
      this.callback = callback;
    }

    /** Nobody is to lead with half a registry. */
    void readMark() {
      store.readAll(
          term,
          RESTORE,
          outcome -> {
            switch (outcome) {
              case ReadOutcome.Read read when read.records().isEmpty() -> readAgents();
              case ReadOutcome.Read unused ->
                  callback.accept(new RegistryRecovery.Failed(UNFINISHED_RESTORE));
              case ReadOutcome.Failed failed ->
                  callback.accept(new RegistryRecovery.Failed(failed.reason()));
            }
          });
    }

    private void readAgents() {
      read(AGENTS, AGENT, agents, this::readFrameworks);
    }

    private void readFrameworks() {
      read(FRAMEWORKS, FRAMEWORK, frameworks, this::readRoles);
    }

    private void readRoles() {
      read(ROLES, ROLE, roles, this::readMaintenance);
    }

    private void readMaintenance() {
      read(MAINTENANCE, PLANNED, maintenance, this::end);
    }

    private <R extends Message> void read(
        String collection, Reading<R> reading, List<R> into, Runnable then) {
      store.readAll(
          term,
          collection,
          outcome -> {
            String problem = reading.read(outcome, into);
            if (problem.isEmpty()) {
              then.run();
            } else {
              callback.accept(new RegistryRecovery.Failed(problem));
            }
          });
    }

    private void end() {
      log.info(
          "Recovered {} agents and {} frameworks from the registry",
          agents.size(),
          frameworks.size());
      callback.accept(
          new RegistryRecovery.Recovered(
              new RegistrySnapshot(
                  agents,
                  frameworks,
                  roles,
                  maintenance.isEmpty() ? RegistrySnapshot.NO_MAINTENANCE : maintenance.get(0))));
    }
  }

  /**
   * Makes the changes, all or none; of several changes of one record the last one counts.
   *
   * @param writeId handed back to the listener
   */
  public void write(Term term, long writeId, List<RegistryChange> changes, WriteListener listener) {
    store.write(
        term,
        changes.stream().map(Registry::toStore).toList(),
        outcome -> listener.registryWritten(writeId, fromStore(outcome)));
  }

  /** Why the registry cannot take so much in one write; empty if it can. */
  public static Optional<String> tooLarge(List<RegistryChange> changes) {
    return FencedStore.tooLarge(changes.stream().map(Registry::toStore).toList());
  }

  private static Change toStore(RegistryChange change) {
    return switch (change) {
      case RegistryChange.PutAgent put ->
          Change.put(new StoreKey(AGENTS, put.id()), put.record().toByteArray());
      case RegistryChange.DeleteAgent delete -> Change.delete(new StoreKey(AGENTS, delete.id()));
      case RegistryChange.PutFramework put ->
          Change.put(new StoreKey(FRAMEWORKS, put.id()), put.record().toByteArray());
      case RegistryChange.DeleteFramework delete ->
          Change.delete(new StoreKey(FRAMEWORKS, delete.id()));
      case RegistryChange.PutRole put ->
          Change.put(new StoreKey(ROLES, put.id()), put.record().toByteArray());
      case RegistryChange.DeleteRole delete -> Change.delete(new StoreKey(ROLES, delete.id()));
      case RegistryChange.PutMaintenance put ->
          Change.put(new StoreKey(MAINTENANCE, THE_SCHEDULE), put.record().toByteArray());
    };
  }

  private static RegistryOutcome fromStore(WriteOutcome outcome) {
    return switch (outcome) {
      case WriteOutcome.Written unused -> new RegistryOutcome.Written();
      case WriteOutcome.Fenced unused -> new RegistryOutcome.Fenced();
      case WriteOutcome.Failed failed -> new RegistryOutcome.Failed(failed.reason());
    };
  }

  /** How records of one kind are read. */
  private record Reading<R extends Message>(String kind, Parser<R> parser, Function<R, String> id) {

    /** Adds the records to the list; returns what is wrong, or nothing. */
    String read(ReadOutcome outcome, List<R> into) {
      return switch (outcome) {
        case ReadOutcome.Read read -> parse(read.records(), into);
        case ReadOutcome.Failed failed -> failed.reason();
      };
    }

    Optional<String> problem(SortedMap<String, byte[]> records) {
      return Optional.of(parse(records, new ArrayList<>())).filter(text -> !text.isEmpty());
    }

    private String parse(SortedMap<String, byte[]> records, List<R> into) {
      for (Map.Entry<String, byte[]> entry : records.entrySet()) {
        try {
          R record = parser.parseFrom(entry.getValue());
          if (!id.apply(record).equals(entry.getKey())) {
            return "the record of " + kind + " " + entry.getKey() + " holds " + id.apply(record);
          }
          into.add(record);
        } catch (InvalidProtocolBufferException e) {
          return "the record of "
              + kind
              + " "
              + entry.getKey()
              + " cannot be read ("
              + e.getMessage()
              + "); was it written by a newer release?";
        }
      }
      return "";
    }
  }
}
