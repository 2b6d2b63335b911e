package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedTest {

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger made = new AtomicInteger();
  private final Shared<Object, String> shared =
      new Shared<>(key -> "value " + made.incrementAndGet(), Duration.ofSeconds(1), now::get);
  private final Object key = new Object();

  @Test
  void aValueIsGivenOutAgainUntilItIsTooOld() {
    assertThat(shared.get(key)).isEqualTo("value 1");
    now.set(999_999_999);
    assertThat(shared.get(key)).isEqualTo("value 1");
    now.set(1_000_000_000);
    assertThat(shared.get(key)).isEqualTo("value 2");
  }

  @Test
  void anotherKeyIsAnotherValue() {
    shared.get(key);

    assertThat(shared.get(new Object())).isEqualTo("value 2");
  }

  @Test
  void whoAsksWhileItIsMadeWaitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    Shared<Object, String> slow =
        new Shared<>(
            any -> {
              begun.countDown();
              awaitUninterruptibly(finish);
              return "value " + made.incrementAndGet();
            },
            Duration.ofSeconds(1),
            now::get);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      answers.add(threads.submit(() -> slow.get(key)));
      begun.await();
      for (int i = 0; i < 10; i++) {
        answers.add(threads.submit(() -> slow.get(key)));
      }
      finish.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("value 1");
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
