package io.meseta.agent;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentEffect;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.core.AgentTimer;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.MadeVolume;
import io.meseta.agent.health.CheckRunner;
import io.meseta.agent.http.ExecutorStreams;
import io.meseta.agent.http.MasterAccess;
import io.meseta.agent.http.MasterLinks;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalException;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.agent.security.ExecutorAccess;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.recording.Recorder;
import io.meseta.common.recording.RecordingStats;
import io.meseta.common.runtime.EffectRunner;
import io.meseta.common.runtime.EventLoop;
import io.meseta.common.runtime.StateMachine;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that drives the agent's core, and the hands that carry out its orders.
 *
 * <p>A core that breaks an invariant ends the agent: containers go on, and the next process
 * recovers from the journal.
 */
final class AgentLoop implements EffectRunner<AgentEffect>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AgentLoop.class);
  private static final int INBOX_LIMIT = 100_000;
  private static final int BATCH_LIMIT = 1_000;

  private final AgentCore core;
  private final Optional<Recorder<AgentEvent, AgentEffect>> recorder;
  private final EventLoop<AgentEvent, AgentEffect, AgentTimer> loop;
  private final Journal journal;
  private final Containerizer containerizer;
  private final MasterLinks links;
  private final ExecutorAccess executorAccess;
  private final ExecutorStreams executors;
  private final Volumes volumes;
  private final CheckRunner checks;
  private final SandboxGc gc;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile AgentView view;

  /** Whether and how the core is recorded. */
  @FunctionalInterface
  interface Recording {
    Optional<Recorder<AgentEvent, AgentEffect>> of(AgentCore core);

    /** Nothing is recorded. */
    static Recording none() {
      return core -> Optional.empty();
    }
  }

  AgentLoop(
      AgentSettings settings,
      Recording recording,
      Journal journal,
      Containerizer containerizer,
      ContainerExec exec,
      Peers peers,
      Volumes volumes,
      SandboxGc gc) {
    this.core = new AgentCore(settings);
    this.recorder = recording.of(core);
    this.view = core.view();
    this.journal = journal;
    this.containerizer = containerizer;
    this.volumes = volumes;
    this.gc = gc;
    this.links = new MasterLinks(peers.masters, this::post);
    this.executorAccess = peers.executors;
    this.checks =
        new CheckRunner(
            exec,
            (asked, answer) ->
                post(at ->
                    new AgentEvent.CheckAnswered(
                        at, asked.container(), asked.kind(), asked.attempt(), answer)));
    this.executors = new ExecutorStreams(new ExecutorCalls(), this::refusal);
    this.loop =
        new EventLoop<>(
            recorder.<StateMachine<AgentEvent, AgentEffect>>map(r -> r).orElse(core),
            this,
            new EventLoop.LoopOptions<>(
                "agent-loop",
                Clock.systemUTC(),
                INBOX_LIMIT,
                BATCH_LIMIT,
                AgentEvent.TimerFired::new,
                cause -> ended.complete("an internal error: " + cause)));
  }

  /**
   * Recovers and starts.
   *
   * @throws JournalException if the journal cannot be read; nothing has been started then
   */
  void start(String bootId) throws JournalException {
    JournalSnapshot snapshot = journal.recover();
    journal.start(
        new Journal.Listener() {
          @Override
          public void written(long sequence) {
            post(at -> new AgentEvent.JournalWritten(at, sequence));
          }

          @Override
          public void failed(long sequence, String reason) {
            post(at -> new AgentEvent.JournalFailed(at, sequence, reason));
          }

          @Override
          public void broken(String reason) {
            log.error(
                "The agent ends, as its journal cannot be written any more: {}. Start it again;"
                    + " its containers go on meanwhile",
                reason);
            ended.complete("its journal cannot be written any more: " + reason);
          }
        });
    String runId = UUID.randomUUID().toString();
    // The first event, before the containerizer can say anything: the core insists on it.
    loop.post(at -> new AgentEvent.JournalRecovered(at, runId, bootId, snapshot));
    containerizer.start(new ContainerEvents());
    loop.start();
  }

  /** How others are spoken to, and known. */
  record Peers(MasterAccess masters, ExecutorAccess executors) {}

  private Optional<HttpResponse> refusal(HttpRequest request, Call call) {
    Optional<String> container =
        view.executors().stream()
            .filter(executor ->
                executor.framework().value().equals(call.getFrameworkId().getValue())
                    && executor.info().getExecutorId().equals(call.getExecutorId()))
            .map(executor -> executor.container().value())
            .findFirst();
    return executorAccess.refusal(request, call, container);
  }

  /** The way of executors into the core. */
  private final class ExecutorCalls implements ExecutorStreams.Inbox {
    @Override
    public boolean offer(Function<Instant, AgentEvent> input) {
      return loop.offer(input);
    }

    @Override
    public void post(Function<Instant, AgentEvent> input) {
      loop.post(input);
    }
  }

  void post(Function<Instant, AgentEvent> input) {
    loop.post(input);
  }

  /** Where executors of frameworks call. */
  HttpHandler executorApi() {
    return executors;
  }

  int backlog() {
    return loop.backlog();
  }

  long handled() {
    return loop.handled();
  }

  /** How the recording fares; empty if nothing is recorded. */
  Optional<RecordingStats> recording() {
    return recorder.map(Recorder::stats);
  }

  AgentView view() {
    return view;
  }

  /** Completes, with the reason, when the agent cannot go on. */
  CompletableFuture<String> ended() {
    return ended;
  }

  @Override
  public void run(AgentEffect effect) {
    switch (effect) {
      case AgentEffect.OpenLink e -> links.open(e.linkId(), e.leader());
      case AgentEffect.CloseLink e -> links.close(e.linkId());
      case AgentEffect.SendToMaster e -> links.send(e.linkId(), e.message());
      case AgentEffect.WriteJournal e -> journal.write(e.sequence(), e.changes());
      case AgentEffect.ObserveContainers e -> containerizer.observe(e.agent());
      case AgentEffect.LaunchContainer e -> {
        gc.launched(sandbox(e.spec()));
        containerizer.launch(executorAccess.equip(e.spec()));
      }
      case AgentEffect.StartContainer e -> containerizer.go(e.container());
      case AgentEffect.AdoptContainer e -> {
        gc.launched(sandbox(e.spec()));
        containerizer.adopt(e.spec());
      }
      case AgentEffect.KillContainer e -> containerizer.kill(e.container(), e.grace());
      case AgentEffect.RemoveContainer e -> {
        gc.ended(e.container());
        containerizer.remove(e.container());
      }
      case AgentEffect.CreateVolumes e -> e.volumes().forEach(this::createVolume);
      case AgentEffect.RemoveVolumes e -> e.volumes().forEach(this::removeVolume);
      case AgentEffect.KeepVolumes e -> keepVolumes(e);
      case AgentEffect.RunCheck e -> checks.ask(e.request());
      case AgentEffect.SetTimer e -> loop.setTimer(e.timer(), e.after());
      case AgentEffect.CancelTimer e -> loop.cancelTimer(e.timer());
      case AgentEffect.UpdateContainer e -> containerizer.update(e.container(), e.sized());
      case AgentEffect.AnswerExecutor e -> executors.answer(e.call(), e.status(), e.message());
      case AgentEffect.OpenExecutor e -> executors.open(e.call());
      case AgentEffect.SendToExecutor e -> executors.send(e.connection(), e.event());
      case AgentEffect.CloseExecutor e -> executors.close(e.connection());
      case AgentEffect.Terminate e -> {
        log.error("The agent ends: {}", e.reason());
        ended.complete(e.reason());
      }
    }
  }

  private static SandboxId sandbox(ContainerSpec spec) {
    return new SandboxId(spec.agent(), spec.framework(), spec.executor(), spec.container());
  }

  private void createVolume(MadeVolume made) {
    try {
      volumes.create(made.volume(), made.origin());
    } catch (IOException e) {
      logNotMade(made, e);
    }
  }

  private void keepVolume(MadeVolume made) {
    try {
      volumes.keep(made.volume(), made.origin());
    } catch (IOException e) {
      logNotMade(made, e);
    }
  }

  private void logNotMade(MadeVolume made, IOException e) {
    log.error(
        "The directory of a persistent volume, {}, could not be made: {}. It is tried again when a"
            + " task uses it",
        volumes.path(made.volume()),
        e.toString());
  }

  private void keepVolumes(AgentEffect.KeepVolumes order) {
    order.volumes().forEach(this::keepVolume);
    try {
      volumes.removeOthers(
          order.agent().value(),
          order.volumes().stream().map(MadeVolume::volume).toList(),
          order.disks());
    } catch (IOException e) {
      log.error(
          "Whether directories of destroyed volumes are left could not be found out: {}. The next"
              + " start tries again",
          e.toString());
    }
  }

  private void removeVolume(Resource volume) {
    try {
      volumes.remove(volume);
    } catch (IOException e) {
      log.error(
          "The directory of a destroyed volume, {}, could not be removed: {}. Remove it by hand",
          volumes.path(volume),
          e.toString());
    }
  }

  @Override
  public void batchDone() {
    view = core.view();
  }

  private final class ContainerEvents implements Containerizer.Listener {
    @Override
    public void progressed(ContainerId container, ContainerPhase phase, String detail) {
      post(at -> new AgentEvent.ContainerProgressed(at, container, phase, detail));
    }

    @Override
    public void prepared(ContainerId container) {
      post(at -> new AgentEvent.ContainerPrepared(at, container));
    }

    @Override
    public void started(ContainerId container, StartedContainer started) {
      post(at -> new AgentEvent.ContainerStarted(at, container, started));
    }

    @Override
    public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
      gc.ended(container);
      post(at -> new AgentEvent.ContainerLaunchFailed(at, container, phase, reason));
    }

    @Override
    public void exited(ContainerId container, ContainerExit exit) {
      post(at -> new AgentEvent.ContainerExited(at, container, exit));
    }

    @Override
    public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
      post(at -> new AgentEvent.ContainersObserved(at, kinds, containers));
    }

    @Override
    public void engineHealth(boolean healthy, String detail) {
      post(at -> new AgentEvent.EngineHealthChanged(at, healthy, detail));
    }
  }

  /** Stops acting; containers go on, and the journal is finished. */
  @Override
  public void close() {
    loop.close();
    checks.close();
    recorder.ifPresent(Recorder::close);
    executors.close();
    containerizer.close();
    journal.close();
  }
}
