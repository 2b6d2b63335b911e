package io.meseta.testkit.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgendaQueueTest {
  private record Entry(long moment, int arrival) {
    private static final Comparator<Entry> ORDER =
        Comparator.comparingLong(Entry::moment).thenComparingInt(Entry::arrival);
  }

  @Test
  void givesElementsByMomentAndThenByArrival() {
    Random random = new Random(1);
    AgendaQueue<Entry> queue = new AgendaQueue<>();
    PriorityQueue<Entry> expected = new PriorityQueue<>(Entry.ORDER);
    List<Entry> taken = new ArrayList<>();
    List<Entry> wanted = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      // More comes than goes, so that it has to grow; and few moments, so that many are equal.
      if (random.nextInt(3) < 2 || expected.isEmpty()) {
        Entry entry = new Entry(random.nextInt(500), i);
        queue.add(entry.moment(), entry);
        expected.add(entry);
      } else {
        assertThat(queue.firstAt()).isEqualTo(expected.element().moment());
        taken.add(queue.poll());
        wanted.add(expected.remove());
      }
    }
    while (!queue.isEmpty()) {
      taken.add(queue.poll());
      wanted.add(expected.remove());
    }
    assertThat(taken).isEqualTo(wanted);
    assertThat(expected).isEmpty();
  }
}
