package io.meseta.master;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.LeaderDetector;
import io.meseta.common.coordination.LeaderElection;
import io.meseta.common.coordination.LeaderPublication;
import io.meseta.common.coordination.StoreOptions;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.ZkSession;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.http.Standing;
import io.meseta.master.registry.Registry;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistryRecovery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries leadership from ZooKeeper into the core, and publishes the leader.
 *
 * <pre>
 * elected ─► read the registry ─► LeadershipGained ─► PublishLeadership ─► leading
 * deposed ─► LeadershipLost ─► DropEverything           (stepDown leads to deposed)
 * </pre>
 *
 * <p>Listener methods are called on the coordination thread. {@link #standing} may be asked by any
 * thread; it turns away callers from the moment in which the term ends, before the core knows.
 */
final class Leadership implements Terms, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  private final Identity identity;
  private final MasterLoop loop;
  private final FencedStore store;
  private final Registry registry;
  private final LeaderPublication publication;
  private final LeaderDetector detector;
  private final LeaderElection election;

  private volatile Optional<MasterInfo> publishedLeader = Optional.empty();
  private volatile @Nullable Term term;
  private volatile @Nullable MasterInfo leadingAs;

  Leadership(ZkSession session, Identity identity, MasterLoop loop) {
    this.identity = identity;
    this.loop = loop;
    this.store = FencedStore.open(session, StoreOptions.DEFAULT);
    this.registry = new Registry(store);
    this.publication = LeaderPublication.start(session);
    this.detector = LeaderDetector.start(session, this::leaderSeen);
    loop.leadBy(this);
    this.election = LeaderElection.start(session, identity.pid(), new Candidate());
  }

  Standing standing() {
    MasterInfo self = leadingAs;
    if (self != null) {
      return new Standing.Leading(self);
    }
    return term != null ? new Standing.Recovering() : new Standing.Following(publishedLeader);
  }

  // ---- orders of the core ----

  @Override
  public void write(
      Term ofTerm, long writeId, List<RegistryChange> changes, Registry.WriteListener listener) {
    if (ofTerm.equals(term)) {
      registry.write(ofTerm, writeId, changes, listener);
    } else {
      // The core hears of its deposition before it hears of this.
      listener.registryWritten(writeId, new RegistryOutcome.Failed("the term is over"));
    }
  }

  @Override
  public void publish(Term ofTerm, MasterInfo self) {
    if (ofTerm.equals(term)) {
      leadingAs = self;
      publication.publish(ofTerm, Codec.encode(self, MediaType.JSON));
    }
  }

  @Override
  public void stepDown(Term ofTerm, String reason) {
    if (ofTerm.equals(term)) {
      stepDown(reason);
    }
  }

  @Override
  public void stepDown(String reason) {
    log.warn("Stepping down: {}", reason);
    leadingAs = null;
    election.stepDown(reason);
  }

  // ---- what ZooKeeper says ----

  private final class Candidate implements LeaderElection.Listener {
    @Override
    public void elected(Term newTerm) {
      log.info("Elected: term {}", newTerm.epoch());
      term = newTerm;
      long beganNs = System.nanoTime();
      registry.recover(
          newTerm,
          outcome -> {
            loop.timings().registryFetch().record(Duration.ofNanos(System.nanoTime() - beganNs));
            recovered(newTerm, outcome);
          });
    }

    @Override
    public void deposed(String reason) {
      leadingAs = null;
      term = null;
      publication.withdraw();
      loop.post(at -> new MasterEvent.LeadershipLost(at, reason));
    }
  }

  private void recovered(Term ofTerm, RegistryRecovery outcome) {
    if (!ofTerm.equals(term)) {
      return;
    }
    switch (outcome) {
      case RegistryRecovery.Recovered recovered -> {
        MasterInfo self = identity.masterInfo(UUID.randomUUID().toString());
        loop.lead(ofTerm, self, recovered.snapshot());
      }
      case RegistryRecovery.Failed failed ->
          election.stepDown("the registry cannot be read: " + failed.reason());
    }
  }

  private void leaderSeen(Optional<byte[]> json) {
    publishedLeader = json.flatMap(Leadership::parse);
    publishedLeader.ifPresentOrElse(
        leader -> log.info("The leader is {}", leader.getPid()),
        () -> log.info("No leader is known"));
  }

  private static Optional<MasterInfo> parse(byte[] json) {
    try {
      return Optional.of(Codec.decode(json, MasterInfo.getDefaultInstance(), MediaType.JSON));
    } catch (DecodeException e) {
      log.warn("The published leader cannot be understood: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Gives leadership back, so that a standby leads at once. */
  @Override
  public void close() {
    leadingAs = null;
    election.close();
    publication.close();
    detector.close();
    store.close();
  }
}
