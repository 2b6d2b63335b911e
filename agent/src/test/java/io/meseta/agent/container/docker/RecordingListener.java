package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what a containerizer tells, and lets a test wait for it. */
final class RecordingListener implements Containerizer.Listener {

  /** What was told. */
  sealed interface Told {}

  record Progressed(ContainerId container, ContainerPhase phase, String detail) implements Told {}

  record Prepared(ContainerId container) implements Told {}

  record Started(ContainerId container, StartedContainer started, long atNanos) implements Told {}

  record Failed(ContainerId container, ContainerPhase phase, String reason) implements Told {}

  record Exited(ContainerId container, ContainerExit exit) implements Told {}

  record Observed(List<ObservedContainer> containers) implements Told {}

  record Health(boolean healthy, String detail) implements Told {}

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Told> all = new ArrayList<>();

  @Override
  public void progressed(ContainerId container, ContainerPhase phase, String detail) {
    add(new Progressed(container, phase, detail));
  }

  @Override
  public void prepared(ContainerId container) {
    add(new Prepared(container));
  }

  @Override
  public void started(ContainerId container, StartedContainer started) {
    add(new Started(container, started, System.nanoTime()));
  }

  @Override
  public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
    add(new Failed(container, phase, reason));
  }

  @Override
  public void exited(ContainerId container, ContainerExit exit) {
    add(new Exited(container, exit));
  }

  @Override
  public void observed(List<ObservedContainer> containers) {
    add(new Observed(containers));
  }

  @Override
  public void engineHealth(boolean healthy, String detail) {
    add(new Health(healthy, detail));
  }

  private synchronized void add(Told told) {
    all.add(told);
    notifyAll();
  }

  synchronized List<Told> all() {
    return List.copyOf(all);
  }

  /** What was told of one kind so far. */
  <T extends Told> List<T> all(Class<T> kind) {
    return all().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The ends told of a container: there must never be two. */
  List<Told> endsOf(ContainerId container) {
    return all().stream()
        .filter(told ->
            (told instanceof Exited exited && exited.container().equals(container))
                || (told instanceof Failed failed && failed.container().equals(container)))
        .toList();
  }

  StartedContainer awaitStarted(ContainerId container) throws InterruptedException {
    return await(Started.class, told -> told.container().equals(container)).started();
  }

  void awaitPrepared(ContainerId container) throws InterruptedException {
    await(Prepared.class, told -> told.container().equals(container));
  }

  ContainerExit awaitExited(ContainerId container) throws InterruptedException {
    return await(Exited.class, told -> told.container().equals(container)).exit();
  }

  Failed awaitFailed(ContainerId container) throws InterruptedException {
    return await(Failed.class, told -> told.container().equals(container));
  }

  /** Waits until something like this has been told. */
  synchronized <T extends Told> T await(Class<T> kind, Predicate<T> wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      for (Told told : all) {
        if (kind.isInstance(told) && wanted.test(kind.cast(told))) {
          return kind.cast(told);
        }
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError("not told: " + kind.getSimpleName() + "; told were " + all);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
