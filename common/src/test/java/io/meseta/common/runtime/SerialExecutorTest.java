package io.meseta.common.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {

  private final ExecutorService pool = Executors.newFixedThreadPool(4);

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  @Test
  void tasksNeverOvertakeEachOther() throws Exception {
    SerialExecutor serial = new SerialExecutor(pool, 100_000);
    List<Integer> done = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(10_000);
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      assertThat(
              serial.tryExecute(() -> {
                done.add(number);
                all.countDown();
              }))
          .isTrue();
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(done).isSorted().hasSize(10_000);
  }

  @Test
  void aTaskThatFailsDoesNotStopTheNext() throws Exception {
    SerialExecutor serial = new SerialExecutor(pool, 10);
    CountDownLatch next = new CountDownLatch(1);
    serial.tryExecute(() -> {
      throw new IllegalStateException("expected by the test");
    });
    serial.tryExecute(next::countDown);
    assertThat(next.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tooManyWaitingTasksAreRefused() {
    List<Runnable> never = new ArrayList<>();
    SerialExecutor serial = new SerialExecutor(never::add, 2);
    assertThat(serial.tryExecute(() -> {})).isTrue();
    assertThat(serial.tryExecute(() -> {})).isTrue();
    assertThat(serial.tryExecute(() -> {})).isFalse();
    assertThat(never).as("one turn is asked for at a time").hasSize(1);
  }
}
