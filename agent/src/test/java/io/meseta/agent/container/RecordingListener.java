package io.meseta.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what a containerizer tells, and lets a test wait for it. */
public final class RecordingListener implements Containerizer.Listener {

  /** One thing that was told. */
  public sealed interface Told {}

  public record Progressed(ContainerId container, ContainerPhase phase, String detail)
      implements Told {}

  public record Prepared(ContainerId container) implements Told {}

  public record Started(ContainerId container, StartedContainer started, long atNanos)
      implements Told {}

  public record Failed(ContainerId container, ContainerPhase phase, String reason)
      implements Told {}

  public record Exited(ContainerId container, ContainerExit exit, long atNanos) implements Told {}

  public record Observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers)
      implements Told {}

  public record Health(boolean healthy, String detail) implements Told {}

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
    add(new Exited(container, exit, System.nanoTime()));
  }

  @Override
  public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
    add(new Observed(kinds, containers));
  }

  @Override
  public void engineHealth(boolean healthy, String detail) {
    add(new Health(healthy, detail));
  }

  private synchronized void add(Told told) {
    all.add(told);
    notifyAll();
  }

  /** What was told so far, in order. */
  public synchronized List<Told> all() {
    return List.copyOf(all);
  }

  /** What was told of one kind so far. */
  public <T extends Told> List<T> all(Class<T> kind) {
    return all().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The ends told of a container: there must never be two. */
  public List<Told> endsOf(ContainerId container) {
    return all().stream()
        .filter(told ->
            (told instanceof Exited exited && exited.container().equals(container))
                || (told instanceof Failed failed && failed.container().equals(container)))
        .toList();
  }

  /** Waits until it runs. */
  public StartedContainer awaitStarted(ContainerId container) throws InterruptedException {
    return await(Started.class, told -> told.container().equals(container)).started();
  }

  public void awaitPrepared(ContainerId container) throws InterruptedException {
    await(Prepared.class, told -> told.container().equals(container));
  }

  /** Waits until it runs; the id of its first process. */
  public int awaitPid(ContainerId container) throws InterruptedException {
    return awaitStarted(container).pid().orElseThrow();
  }

  /** Waits for the end, which has to be the only one. */
  public ContainerExit awaitExited(ContainerId container) throws InterruptedException {
    ContainerExit exit = await(Exited.class, told -> told.container().equals(container)).exit();
    assertThat(endsOf(container)).hasSize(1);
    return exit;
  }

  /** Waits for the end of one that never ran, which has to be the only one. */
  public Failed awaitFailed(ContainerId container) throws InterruptedException {
    Failed failed = await(Failed.class, told -> told.container().equals(container));
    assertThat(endsOf(container)).hasSize(1);
    return failed;
  }

  /** Waits until something like this has been told. */
  public synchronized <T extends Told> T await(Class<T> kind, Predicate<T> wanted)
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
