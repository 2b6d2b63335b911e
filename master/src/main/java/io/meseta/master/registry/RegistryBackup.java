package io.meseta.master.registry;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.coordination.Change;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.LeaderDetector;
import io.meseta.common.coordination.LeaderElection;
import io.meseta.common.coordination.ReadOutcome;
import io.meseta.common.coordination.StoreKey;
import io.meseta.common.coordination.StoreOptions;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.WriteOutcome;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.common.coordination.ZkUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Saves the registry to a file and brings it back, for operators. Blocks; to be used by one thread,
 * and closed.
 *
 * <p>A backup is made while masters work: each record is whole, and of the time of the backup or
 * some moments later. A restore is made in a term of its own, which it has to win: while a master
 * leads it is refused, and no master can write in the middle of it. Should it be interrupted, a
 * mark keeps masters from leading with half a registry until it has been made again.
 */
public final class RegistryBackup implements AutoCloseable {

  /** What is done where the registry already holds something. */
  public enum Existing {
    /** Refuse. */
    KEEP,
    /** Remove what is not in the backup. */
    REPLACE
  }

  /** Longer than the session of a master that has just been killed. */
  private static final Duration ELECTION_LIMIT = Duration.ofSeconds(20);

  /** Beyond the store's own limits: only for a fault of ours. */
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

  private static final int CHANGES_AT_ONCE = 500;
  private static final int BYTES_AT_ONCE = 256 * 1024;

  private final ZkUrl url;
  private final Duration electionLimit;
  private final ZkSession session;
  private final FencedStore store;

  private RegistryBackup(ZkUrl url, ZkOptions options, Duration electionLimit) {
    this.url = url;
    this.electionLimit = electionLimit;
    this.session = ZkSession.open(url, options);
    this.store = FencedStore.open(session, StoreOptions.DEFAULT);
  }

  /** Connects, by and by. */
  public static RegistryBackup open(ZkUrl url, ZkOptions options) {
    return open(url, options, ELECTION_LIMIT);
  }

  static RegistryBackup open(ZkUrl url, ZkOptions options, Duration electionLimit) {
    return new RegistryBackup(url, options, electionLimit);
  }

  /**
   * Saves all records to a new file.
   *
   * @return how many of each kind
   * @throws IOException if ZooKeeper does not answer, or the file cannot be written
   */
  public Map<String, Integer> backup(Path file) throws IOException, InterruptedException {
    Map<String, SortedMap<String, byte[]>> records = readAll();
    if (!records.getOrDefault(Registry.RESTORE, new TreeMap<>()).isEmpty()) {
      throw new IOException(Registry.UNFINISHED_RESTORE);
    }
    records.remove(Registry.RESTORE);
    BackupFile.write(file, records);
    return counts(records);
  }

  /**
   * Brings the records of a file back.
   *
   * @return how many of each kind
   * @throws IOException if the file is not sound, a master leads, the registry is not empty and is
   *     to be kept, or ZooKeeper does not answer
   */
  public Map<String, Integer> restore(Path file, Existing existing)
      throws IOException, InterruptedException {
    Map<String, SortedMap<String, byte[]>> wanted = BackupFile.read(file);
    for (Map.Entry<String, SortedMap<String, byte[]>> collection : wanted.entrySet()) {
      Optional<String> problem = Registry.problem(collection.getKey(), collection.getValue());
      if (problem.isPresent()) {
        throw new IOException(file + ": " + problem.get());
      }
    }
    CompletableFuture<Term> elected = new CompletableFuture<>();
    LeaderElection election =
        LeaderElection.start(session, "registry-restore", new Candidate(elected));
    try {
      write(term(elected), wanted, existing);
    } finally {
      election.close();
    }
    return counts(wanted);
  }

  /** A term that ends in the middle shows itself by writes that are refused. */
  private record Candidate(CompletableFuture<Term> elected) implements LeaderElection.Listener {
    @Override
    public void elected(Term term) {
      elected.complete(term);
    }

    @Override
    public void deposed(String reason) {}
  }

  private Term term(CompletableFuture<Term> elected) throws IOException, InterruptedException {
    AtomicReference<String> leader = new AtomicReference<>("none is published");
    LeaderDetector detector =
        LeaderDetector.start(session, json -> json.ifPresent(bytes -> leader.set(pid(bytes))));
    try (detector) {
      return elected.get(electionLimit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "a master leads, or "
              + url
              + " does not answer (leader: "
              + leader.get()
              + "). Stop all masters, then restore, then start them",
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an election does not fail", e);
    }
  }

  private static String pid(byte[] json) {
    try {
      return Codec.decode(json, MasterInfo.getDefaultInstance(), MediaType.JSON).getPid();
    } catch (DecodeException e) {
      return "one that cannot be understood: " + e.getMessage();
    }
  }

  private void write(Term term, Map<String, SortedMap<String, byte[]>> wanted, Existing existing)
      throws IOException, InterruptedException {
    Map<String, SortedMap<String, byte[]>> present = readAll();
    boolean unfinished = !present.getOrDefault(Registry.RESTORE, new TreeMap<>()).isEmpty();
    present.remove(Registry.RESTORE);
    boolean empty = present.values().stream().allMatch(Map::isEmpty);
    if (!empty && !unfinished && existing == Existing.KEEP) {
      throw new IOException(
          "the registry at "
              + url
              + " is not empty: "
              + counts(present)
              + "; with --force it is replaced (make a backup of it before)");
    }
    StoreKey mark = new StoreKey(Registry.RESTORE, "unfinished");
    write(term, List.of(Change.put(mark, new byte[0])));
    writeInParts(term, changes(present, wanted));
    write(term, List.of(Change.delete(mark)));
  }

  private static List<Change> changes(
      Map<String, SortedMap<String, byte[]>> present,
      Map<String, SortedMap<String, byte[]>> wanted) {
    List<Change> changes = new ArrayList<>();
    present.forEach((collection, records) -> {
      SortedMap<String, byte[]> kept = wanted.getOrDefault(collection, new TreeMap<>());
      records.keySet().stream()
          .filter(id -> !kept.containsKey(id))
          .forEach(id -> changes.add(Change.delete(new StoreKey(collection, id))));
    });
    wanted.forEach((collection, records) ->
        records.forEach(
            (id, value) -> changes.add(Change.put(new StoreKey(collection, id), value))));
    return changes;
  }

  private void writeInParts(Term term, List<Change> changes)
      throws IOException, InterruptedException {
    List<Change> part = new ArrayList<>();
    long bytes = 0;
    for (Change change : changes) {
      if (!part.isEmpty()
          && (part.size() == CHANGES_AT_ONCE || bytes + change.bytes() > BYTES_AT_ONCE)) {
        write(term, part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(change);
      bytes += change.bytes();
    }
    if (!part.isEmpty()) {
      write(term, part);
    }
  }

  private void write(Term term, List<Change> changes) throws IOException, InterruptedException {
    CompletableFuture<WriteOutcome> written = new CompletableFuture<>();
    store.write(term, changes, written::complete);
    switch (await(written)) {
      case WriteOutcome.Written unused -> {}
      case WriteOutcome.Fenced unused ->
          throw new IOException(
              "a master has been elected meanwhile; stop all masters and restore again");
      case WriteOutcome.Failed failed ->
          throw new IOException("cannot write to " + url + ": " + failed.reason());
    }
  }

  private Map<String, SortedMap<String, byte[]>> readAll()
      throws IOException, InterruptedException {
    Map<String, SortedMap<String, byte[]>> all = new LinkedHashMap<>();
    for (String collection : Registry.collections()) {
      CompletableFuture<ReadOutcome> read = new CompletableFuture<>();
      store.readAll(collection, read::complete);
      switch (await(read)) {
        case ReadOutcome.Read found -> all.put(collection, found.records());
        case ReadOutcome.Failed failed -> throw new IOException(failed.reason());
      }
    }
    return all;
  }

  private static <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
    try {
      return answer.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the store does not answer", e);
    }
  }

  private static Map<String, Integer> counts(Map<String, SortedMap<String, byte[]>> records) {
    Map<String, Integer> counts = new TreeMap<>();
    records.forEach((collection, found) -> counts.put(collection, found.size()));
    return counts;
  }

  @Override
  public void close() {
    store.close();
    session.close();
  }
}
