package io.meseta.benchmarks.registration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.coordination.FencedStore;
import io.meseta.common.coordination.LeaderElection;
import io.meseta.common.coordination.StoreOptions;
import io.meseta.common.coordination.Term;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkSession;
import io.meseta.common.coordination.ZkUrl;
import io.meseta.common.runtime.EffectRunner;
import io.meseta.common.runtime.EventLoop;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.core.MasterTimer;
import io.meseta.master.http.AgentMessages;
import io.meseta.master.registry.Registry;
import io.meseta.master.registry.RegistryRecovery;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A master without its listener: election, registry, loop and core, and agents that say and hear
 * bytes.
 */
final class Leader implements EffectRunner<MasterEffect>, AutoCloseable {

  private static final int INBOX_LIMIT = 1_000_000;
  private static final int BATCH_LIMIT = 1_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final AgentMessages messages = new AgentMessages();
  private final MasterCore core;
  private final EventLoop<MasterEvent, MasterEffect, MasterTimer> loop;
  private final ZkSession session;
  private final FencedStore store;
  private final Registry registry;
  private final LeaderElection election;
  private final CompletableFuture<Term> elected = new CompletableFuture<>();
  private final CompletableFuture<MasterInfo> leading = new CompletableFuture<>();
  private final ExecutorService agents = Executors.newSingleThreadExecutor();
  private volatile CountDownLatch welcomed = new CountDownLatch(0);

  private Leader(ZkUrl zooKeeper) {
    MasterSettings settings = MasterSettings.DEFAULTS;
    core = new MasterCore(settings, new DrfAllocators(settings.allocation()));
    loop =
        new EventLoop<>(
            core,
            this,
            new EventLoop.LoopOptions<>(
                "bench-loop",
                Clock.systemUTC(),
                INBOX_LIMIT,
                BATCH_LIMIT,
                MasterEvent.TimerFired::new,
                leading::completeExceptionally));
    loop.start();
    session = ZkSession.open(zooKeeper, ZkOptions.DEFAULT);
    store = FencedStore.open(session, StoreOptions.DEFAULT);
    registry = new Registry(store);
    election =
        LeaderElection.start(
            session,
            "bench",
            new LeaderElection.Listener() {
              @Override
              public void elected(Term term) {
                elected.complete(term);
              }

              @Override
              public void deposed(String reason) {
                loop.post(at -> new MasterEvent.LeadershipLost(at, reason));
              }
            });
  }

  /** One that leads, with what the registry has. */
  static Leader start(ZkUrl zooKeeper) throws InterruptedException {
    Leader leader = new Leader(zooKeeper);
    Term term = await(leader.elected);
    CompletableFuture<RegistryRecovery> recovery = new CompletableFuture<>();
    leader.registry.recover(term, recovery::complete);
    switch (await(recovery)) {
      case RegistryRecovery.Recovered recovered -> {
        MasterInfo self =
            MasterInfo.newBuilder().setId("bench").setIp(0).setPort(5050).setPid("bench").build();
        leader.loop.post(at -> new MasterEvent.LeadershipGained(at, self, recovered.snapshot()));
      }
      case RegistryRecovery.Failed failed -> throw new IllegalStateException(failed.reason());
    }
    MasterInfo unused = await(leader.leading);
    return leader;
  }

  private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("the master does not lead", e);
    }
  }

  /** From now on so many agents are expected. */
  void expect(int count) {
    welcomed = new CountDownLatch(count);
  }

  /** An agent says its first word on a link of its own. */
  void say(long link, byte[] message) {
    AgentMessage parsed;
    try {
      parsed = messages.parse(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was made here cannot be read", e);
    }
    if (!loop.offer(at -> new MasterEvent.AgentMessageReceived(at, link, parsed))) {
      throw new IllegalStateException("the inbox is full");
    }
  }

  /** Until every agent has heard that it is registered. */
  void awaitAll() throws InterruptedException {
    if (!welcomed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(welcomed.getCount() + " agents were not welcomed");
    }
  }

  @Override
  public void run(MasterEffect effect) {
    switch (effect) {
      case MasterEffect.SendToAgent e -> {
        byte[] bytes = e.message().toByteArray();
        agents.execute(() -> heard(bytes));
      }
      case MasterEffect.WriteRegistry e ->
          registry.write(
              await(),
              e.writeId(),
              e.changes(),
              (writeId, outcome) ->
                  loop.post(at -> new MasterEvent.RegistryWriteEnded(at, writeId, outcome)));
      case MasterEffect.SetTimer e -> loop.setTimer(e.timer(), e.after());
      case MasterEffect.CancelTimer e -> loop.cancelTimer(e.timer());
      case MasterEffect.PublishLeadership e -> leading.complete(e.self());
      case MasterEffect.StepDown e ->
          leading.completeExceptionally(new IllegalStateException(e.reason()));
      case MasterEffect.DropEverything e -> loop.cancelAllTimers();
      default -> {}
    }
  }

  private Term await() {
    return elected.join();
  }

  private void heard(byte[] bytes) {
    try {
      if (MasterMessage.parseFrom(bytes).hasRegistered()) {
        welcomed.countDown();
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what the master says cannot be read", e);
    }
  }

  @Override
  public void batchDone() {
    // As a master does after each batch; that the loop draws it is part of the work.
    var unused = core.refreshView();
  }

  @Override
  public void close() {
    election.close();
    loop.close();
    store.close();
    session.close();
    agents.shutdown();
  }
}
