package io.meseta.common.coordination;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One master's coordination, with what it was told in the order in which it was told. */
final class Contender implements AutoCloseable, LeaderElection.Listener {
  /**
   * Long enough that no session ends by itself: a ZooKeeper client waits for up to a second before
   * each try to connect again, and a busy machine for longer.
   */
  static final ZkOptions OPTIONS = new ZkOptions(Duration.ofSeconds(30), Duration.ofSeconds(5));

  /** For what is to be seen when a session ends by itself. */
  static final ZkOptions SHORT_LIVED = new ZkOptions(Duration.ofSeconds(4), Duration.ofSeconds(2));

  /** What an election tells. */
  sealed interface Told {
    record Elected(Term term) implements Told {}

    record Deposed(String reason) implements Told {}
  }

  final ZkSession session;
  final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  final LeaderElection election;
  final LeaderPublication publication;
  final FencedStore store;

  Contender(ZkUrl url, String id) {
    this(url, id, OPTIONS);
  }

  Contender(ZkUrl url, String id, ZkOptions options) {
    session = ZkSession.open(url, options);
    election = LeaderElection.start(session, id, this);
    publication = LeaderPublication.start(session);
    store = FencedStore.open(session, StoreOptions.DEFAULT);
  }

  @Override
  public void elected(Term term) {
    told.add(new Told.Elected(term));
  }

  @Override
  public void deposed(String reason) {
    told.add(new Told.Deposed(reason));
  }

  Term awaitElected() throws InterruptedException {
    return ((Told.Elected) Eventually.next(told)).term();
  }

  String awaitDeposed() throws InterruptedException {
    return ((Told.Deposed) Eventually.next(told)).reason();
  }

  long sessionId() {
    return session.ephemeralOwner().orElseThrow();
  }

  @Override
  public void close() {
    session.close();
  }
}
