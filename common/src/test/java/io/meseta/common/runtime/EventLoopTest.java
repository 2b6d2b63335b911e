package io.meseta.common.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EventLoopTest {

  private record Event(Instant at, String what) {}

  private final LinkedBlockingQueue<String> ran = new LinkedBlockingQueue<>();
  private final AtomicReference<Instant> wall = new AtomicReference<>(Instant.EPOCH);
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private EventLoop<Event, String, String> loop(
      StateMachine<Event, String> core, EffectRunner<String> runner) {
    return new EventLoop<>(
        core,
        runner,
        new EventLoop.LoopOptions<>("test", wall::get, 2, 10, Event::new, failure::complete));
  }

  private String next() throws InterruptedException {
    String effect = ran.poll(60, TimeUnit.SECONDS);
    assertThat(effect).as("an effect within ten seconds").isNotNull();
    return effect;
  }

  @Test
  void eventsAreHandledInOrderAndTheirEffectsRun() throws Exception {
    try (var loop = loop(event -> List.of(event.what() + "!"), ran::add)) {
      loop.post(at -> new Event(at, "a"));
      loop.post(at -> new Event(at, "b"));
      loop.start();
      assertThat(List.of(next(), next())).containsExactly("a!", "b!");
      assertThat(loop.handled()).isEqualTo(2);
    }
  }

  @Test
  void timeNeverRunsBackwards() throws Exception {
    List<Instant> times = new ArrayList<>();
    try (var loop =
        loop(
            event -> {
              times.add(event.at());
              return List.of(event.what());
            },
            ran::add)) {
      loop.start();
      wall.set(Instant.ofEpochSecond(100));
      loop.post(at -> new Event(at, "a"));
      next();
      wall.set(Instant.ofEpochSecond(50));
      loop.post(at -> new Event(at, "b"));
      next();
    }
    assertThat(times).containsExactly(Instant.ofEpochSecond(100), Instant.ofEpochSecond(100));
  }

  @Test
  void aTimerComesBackAsAnEvent() throws Exception {
    CompletableFuture<EventLoop<Event, String, String>> self = new CompletableFuture<>();
    EffectRunner<String> runner =
        effect -> {
          if (effect.equals("set")) {
            self.join().setTimer("alarm", Duration.ofMillis(1));
          } else {
            ran.add(effect);
          }
        };
    try (var loop = loop(event -> List.of(event.what()), runner)) {
      self.complete(loop);
      loop.start();
      loop.post(at -> new Event(at, "set"));
      assertThat(next()).isEqualTo("alarm");
    }
  }

  @Test
  void aFullInboxRefusesRequestsAndTakesWhatMustNotBeLost() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    StateMachine<Event, String> slow =
        event -> {
          entered.countDown();
          awaitUninterrupted(go);
          return List.of(event.what());
        };
    try (var loop = loop(slow, ran::add)) {
      loop.start();
      loop.post(at -> new Event(at, "first"));
      assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(loop.offer(at -> new Event(at, "a"))).isTrue();
      assertThat(loop.offer(at -> new Event(at, "b"))).isTrue();
      assertThat(loop.offer(at -> new Event(at, "refused"))).isFalse();
      loop.post(at -> new Event(at, "kept"));
      go.countDown();
      assertThat(List.of(next(), next(), next(), next()))
          .containsExactly("first", "a", "b", "kept");
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aBrokenCoreStopsTheLoopAndIsReportedOnce() throws Exception {
    IllegalStateException broken = new IllegalStateException("broken invariant");
    try (var loop =
        loop(
            event -> {
              throw broken;
            },
            ran::add)) {
      loop.start();
      loop.post(at -> new Event(at, "a"));
      assertThat(failure.get(60, TimeUnit.SECONDS)).isSameAs(broken);
    }
  }
}
