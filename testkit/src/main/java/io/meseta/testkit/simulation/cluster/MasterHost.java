package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.v1.Address;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.master.allocation.DrfAllocator;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.core.MasterTimer;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.registry.v1.MaintenanceRecord;
import io.meseta.master.registry.v1.RoleRecord;
import io.meseta.master.view.MasterView;
import io.meseta.testkit.simulation.check.MasterChecks;
import io.meseta.testkit.simulation.world.Coordination;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.HostClock;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A master: the real core with its real allocator; its election, registry, listeners and loop are
 * played.
 */
final class MasterHost extends Host<MasterEvent, MasterEffect, MasterTimer> {
  /** The registry's one record of maintenance. */
  private static final String MAINTENANCE = "maintenance/schedule";

  private static final Duration REJOIN = Duration.ofSeconds(1);

  private final MasterSettings settings;
  private final RolePolicy policy;
  private final Draw draw;
  private final String address;
  private final MasterConnections connections;
  private final MasterChecks checks;
  private final Coordination.Detector detector;
  private @Nullable MasterCore core;
  private Coordination.@Nullable Session session;
  private @Nullable Term term;

  /** In which term the core believes to be, as the real loop keeps it. */
  private @Nullable Term coreTerm;

  private @Nullable MasterInfo leadingAs;
  private Optional<MasterInfo> publishedLeader = Optional.empty();
  private MasterView view = MasterView.notLeading();
  private int writesUnderWay;

  /** A term of this process. */
  private record Term(long epoch, Coordination.Session session) {}

  MasterHost(World world, int index, HostClock clock, MasterSettings settings) {
    super(world, "master-" + index, clock);
    this.settings = settings;
    this.address = Addresses.ofMaster(index);
    this.draw = world.draws().of(name);
    this.policy = RolePolicy.draw(world.draws().of("roles"));
    this.checks = new MasterChecks(name, world.ledger());
    this.connections = new MasterConnections(this, draw, checks);
    world.addresses().add(address, this);
    this.detector = world.coordination().detect(this::leaderPublished);
  }

  // ---- process ----

  void start() {
    MasterCore newCore =
        new MasterCore(
            settings,
            () -> policy.tell(checks.watch(new DrfAllocator(settings.allocation()))),
            taken -> world.tally().count(Transitions.ofMaster(taken)));
    core = newCore;
    begin(newCore);
    detector.restart();
    leaderPublished();
    contend();
  }

  private void contend() {
    session = world.coordination().join(new Contender(), name);
  }

  /** As {@code kill -9} does. Its session goes on until it times out. */
  void crash() {
    Coordination.Session left = session;
    session = null;
    leave();
    world.network().processDied(number);
    if (left != null) {
      world
          .agenda()
          .after(Coordination.SESSION_TIMEOUT.toNanos(), () -> world.coordination().leave(left));
    }
  }

  private void leave() {
    end();
    core = null;
    term = null;
    coreTerm = null;
    leadingAs = null;
    view = MasterView.notLeading();
    writesUnderWay = 0;
    connections.forget();
    checks.termEnded();
  }

  /** What its allocator charges for tasks on this agent. */
  Quantities charged(AgentId agent) {
    return checks.charged(agent);
  }

  /** Whether its allocator may grant what is free on this agent. */
  boolean grantsFrom(AgentId agent) {
    return checks.grantsFrom(agent);
  }

  boolean isLeading() {
    return leadingAs != null;
  }

  /** Whether ZooKeeper takes it for the leader. */
  boolean holdsLeadership() {
    Coordination.Session held = session;
    return held != null && world.coordination().leads(held);
  }

  /**
   * Its ZooKeeper session ends; it learns that later, and believes in its term until then.
   *
   * @param noticedAfterNs when it learns it
   */
  void expireSession(long noticedAfterNs) {
    Coordination.Session expired = session;
    if (expired != null) {
      session = null;
      world.coordination().expire(expired, noticedAfterNs, "the ZooKeeper session is lost");
    }
  }

  // ---- leadership ----

  private final class Contender implements Coordination.Candidate {
    private final long then = process;

    @Override
    public void elected(long epoch) {
      Coordination.Session mine = session;
      if (then != process || mine == null) {
        return;
      }
      Term elected = new Term(epoch, mine);
      term = elected;
      world.tally().count("elections");
      world.coordination().readAll(mine, found -> recovered(elected, found));
    }

    @Override
    public void deposed(String reason) {
      if (then != process) {
        return;
      }
      endTerm(reason);
      rejoin();
    }
  }

  private void rejoin() {
    long then = process;
    world
        .agenda()
        .after(
            REJOIN.toNanos(),
            () -> {
              if (then == process && isUp() && session == null) {
                contend();
              }
            });
  }

  private void endTerm(String reason) {
    boolean had = term != null;
    term = null;
    leadingAs = null;
    if (had) {
      post(at -> new MasterEvent.LeadershipLost(at, reason));
    }
  }

  private void recovered(Term ofTerm, Optional<SortedMap<String, ByteString>> found) {
    if (!ofTerm.equals(term)) {
      return;
    }
    if (found.isEmpty()) {
      stepDown("the registry cannot be read");
      return;
    }
    MasterInfo self =
        MasterInfo.newBuilder()
            .setId(draw.uuid())
            .setIp(number + 1)
            .setPort(Addresses.MASTER_PORT)
            .setPid("master@" + address + ":" + Addresses.MASTER_PORT)
            .setHostname(address)
            .setVersion("simulated")
            .setDomain(Domains.of(Domains.NORTH))
            .setAddress(
                Address.newBuilder()
                    .setHostname(address)
                    .setIp(address)
                    .setPort(Addresses.MASTER_PORT))
            .build();
    RegistrySnapshot snapshot = parse(found.get());
    post(at -> {
      coreTerm = ofTerm;
      return new MasterEvent.LeadershipGained(at, self, snapshot);
    });
  }

  private static RegistrySnapshot parse(SortedMap<String, ByteString> records) {
    List<AgentRecord> agents = new ArrayList<>();
    List<FrameworkRecord> frameworks = new ArrayList<>();
    List<RoleRecord> roles = new ArrayList<>();
    MaintenanceRecord maintenance = RegistrySnapshot.NO_MAINTENANCE;
    try {
      for (var record : records.entrySet()) {
        if (record.getKey().startsWith("agents/")) {
          agents.add(AgentRecord.parseFrom(record.getValue()));
        } else if (record.getKey().startsWith("roles/")) {
          roles.add(RoleRecord.parseFrom(record.getValue()));
        } else if (record.getKey().equals(MAINTENANCE)) {
          maintenance = MaintenanceRecord.parseFrom(record.getValue());
        } else {
          frameworks.add(FrameworkRecord.parseFrom(record.getValue()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("the registry holds a record that cannot be read", e);
    }
    return new RegistrySnapshot(agents, frameworks, roles, maintenance);
  }

  private void stepDown(String reason) {
    Coordination.Session left = session;
    Term over = term;
    if (left == null || over == null || !over.session.equals(left)) {
      return;
    }
    world.note(name, "steps down: " + reason);
    world.tally().count("step-downs");
    session = null;
    world.coordination().leave(left);
    endTerm(reason);
    rejoin();
  }

  Coordination.Detector detector() {
    return detector;
  }

  private void leaderPublished() {
    long then = process;
    world
        .agenda()
        .after(
            world.coordination().newsDelay(),
            () -> {
              if (then == process) {
                publishedLeader = detector.known().map(Leaders::parse);
              }
            });
  }

  /** Who leads, as far as this master has heard. */
  Optional<MasterInfo> publishedLeader() {
    return publishedLeader;
  }

  boolean isRecovering() {
    return leadingAs == null && term != null;
  }

  MasterConnections connections() {
    return connections;
  }

  // ---- the core ----

  @Override
  MasterEvent timerFired(Instant at, MasterTimer timer) {
    return new MasterEvent.TimerFired(at, timer);
  }

  @Override
  void beforeEvent(MasterEvent event) {
    checks.before(event);
  }

  @Override
  void afterEvent(MasterEvent event, List<MasterEffect> effects) {
    // A caller whose call waits for its turn is not kept waiting by the core.
    int parked = hasBacklog() ? 0 : connections.parked();
    checks.after(event, effects, parked, writesUnderWay);
  }

  @Override
  void run(MasterEffect effect) {
    switch (effect) {
      case MasterEffect.Reply e -> connections.reply(e.exchange(), e.status(), e.message());
      case MasterEffect.TellExplanation e ->
          throw new IllegalStateException("nobody asks for one here: " + e);
      case MasterEffect.OpenStream e -> connections.openStream(e.exchange(), e.streamId());
      case MasterEffect.SendToFramework e -> connections.sendToFramework(e.streamId(), e.event());
      case MasterEffect.CloseStream e -> connections.closeStream(e.streamId());
      case MasterEffect.SendToAgent e -> connections.sendToAgent(e.linkId(), e.message());
      case MasterEffect.CloseLink e -> connections.closeLink(e.linkId(), e.reason());
      case MasterEffect.WriteRegistry e -> write(e);
      case MasterEffect.SetTimer e -> timers.set(e.timer(), e.after());
      case MasterEffect.CancelTimer e -> timers.cancel(e.timer());
      case MasterEffect.PublishLeadership e -> publish(e.self());
      case MasterEffect.StepDown e -> {
        if (coreTerm != null && coreTerm.equals(term)) {
          stepDown(e.reason());
        }
      }
      case MasterEffect.DropEverything e -> {
        timers.clear();
        connections.dropEverything(e.reason());
        view = MasterView.notLeading();
        checks.termEnded();
      }
    }
  }

  private void publish(MasterInfo self) {
    Term now = coreTerm;
    if (now != null && now.equals(term)) {
      leadingAs = self;
      world.note(name, "leads in term " + now.epoch);
      world.coordination().publish(now.session, Codec.encode(self, MediaType.JSON));
    }
  }

  private void write(MasterEffect.WriteRegistry write) {
    writesUnderWay++;
    Term now = coreTerm;
    long then = process;
    if (now == null || !now.equals(term)) {
      ended(then, write.writeId(), new RegistryOutcome.Failed("the term is over"));
      return;
    }
    List<Coordination.Change> changes = write.changes().stream().map(MasterHost::change).toList();
    world
        .coordination()
        .write(
            now.session,
            changes,
            (outcome, reason) ->
                ended(
                    then,
                    write.writeId(),
                    switch (outcome) {
                      case WRITTEN -> new RegistryOutcome.Written();
                      case FENCED -> new RegistryOutcome.Fenced();
                      case FAILED -> new RegistryOutcome.Failed(reason);
                    }));
  }

  private void ended(long then, long writeId, RegistryOutcome outcome) {
    if (then == process) {
      writesUnderWay--;
      post(at -> new MasterEvent.RegistryWriteEnded(at, writeId, outcome));
    }
  }

  private static Coordination.Change change(RegistryChange change) {
    return switch (change) {
      case RegistryChange.PutAgent put ->
          new Coordination.Change("agents/" + put.id(), Optional.of(put.record().toByteString()));
      case RegistryChange.DeleteAgent delete ->
          new Coordination.Change("agents/" + delete.id(), Optional.empty());
      case RegistryChange.PutFramework put ->
          new Coordination.Change(
              "frameworks/" + put.id(), Optional.of(put.record().toByteString()));
      case RegistryChange.DeleteFramework delete ->
          new Coordination.Change("frameworks/" + delete.id(), Optional.empty());
      case RegistryChange.PutRole put ->
          new Coordination.Change("roles/" + put.id(), Optional.of(put.record().toByteString()));
      case RegistryChange.DeleteRole delete ->
          new Coordination.Change("roles/" + delete.id(), Optional.empty());
      case RegistryChange.PutMaintenance put ->
          new Coordination.Change(MAINTENANCE, Optional.of(put.record().toByteString()));
    };
  }

  // ---- for checks ----

  /** The core's picture of the cluster, as readers are shown it. */
  MasterView view() {
    MasterCore asked = core;
    if (asked != null) {
      asked.refreshView().ifPresent(fresh -> view = fresh);
    }
    return view;
  }

  MasterChecks checks() {
    return checks;
  }
}
