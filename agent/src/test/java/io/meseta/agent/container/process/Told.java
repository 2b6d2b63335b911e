package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;

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
final class Told implements Containerizer.Listener {

  /** One thing that was told. */
  sealed interface News {}

  record Progressed(ContainerId container, ContainerPhase phase, String detail) implements News {}

  record Prepared(ContainerId container) implements News {}

  record Started(ContainerId container, StartedContainer started, long atNanos) implements News {}

  record Failed(ContainerId container, ContainerPhase phase, String reason) implements News {}

  record Exited(ContainerId container, ContainerExit exit, long atNanos) implements News {}

  record Observed(List<ObservedContainer> containers) implements News {}

  record Health(boolean healthy, String detail) implements News {}

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<News> all = new ArrayList<>();

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
  public void observed(List<ObservedContainer> containers) {
    add(new Observed(containers));
  }

  @Override
  public void engineHealth(boolean healthy, String detail) {
    add(new Health(healthy, detail));
  }

  private synchronized void add(News news) {
    all.add(news);
    notifyAll();
  }

  synchronized List<News> all() {
    return List.copyOf(all);
  }

  <T extends News> List<T> all(Class<T> kind) {
    return all().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  int pid(ContainerId container) throws InterruptedException {
    return started(container).started().pid().orElseThrow();
  }

  Started started(ContainerId container) throws InterruptedException {
    return await(Started.class, news -> news.container().equals(container));
  }

  /** Waits for the end, which has to be the only one. */
  ContainerExit exit(ContainerId container) throws InterruptedException {
    ContainerExit exit = await(Exited.class, news -> news.container().equals(container)).exit();
    assertThat(ends(container)).hasSize(1);
    return exit;
  }

  Failed failed(ContainerId container) throws InterruptedException {
    Failed failed = await(Failed.class, news -> news.container().equals(container));
    assertThat(ends(container)).hasSize(1);
    return failed;
  }

  private List<News> ends(ContainerId container) {
    return all().stream()
        .filter(news ->
            (news instanceof Exited exited && exited.container().equals(container))
                || (news instanceof Failed failed && failed.container().equals(container)))
        .toList();
  }

  synchronized <T extends News> T await(Class<T> kind, Predicate<T> wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      for (News news : all) {
        if (kind.isInstance(news) && wanted.test(kind.cast(news))) {
          return kind.cast(news);
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
