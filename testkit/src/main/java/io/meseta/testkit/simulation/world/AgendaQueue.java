package io.meseta.testkit.simulation.world;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Elements in the order of their moments and, for one moment, in the order in which they came: a
 * heap with four children to a node (Johnson, "Priority queues with update and finding minimum
 * spanning trees", 1975), whose keys lie beside each other. Large clusters have tens of thousands
 * of timers, and a simulation does little else as often as to take the next.
 */
final class AgendaQueue<T> {
  private static final int CHILDREN = 4;

  private long[] moments = new long[1024];
  private long[] arrivals = new long[1024];
  private @Nullable Object[] elements = new Object[1024];
  private int size;
  private long arrived;

  boolean isEmpty() {
    return size == 0;
  }

  void add(long moment, T element) {
    if (size == moments.length) {
      moments = Arrays.copyOf(moments, size * 2);
      arrivals = Arrays.copyOf(arrivals, size * 2);
      elements = Arrays.copyOf(elements, size * 2);
    }
    long arrival = arrived++;
    int place = size++;
    while (place > 0) {
      int parent = (place - 1) / CHILDREN;
      // Whoever came last goes behind all others of its moment.
      if (moments[parent] <= moment) {
        break;
      }
      move(parent, place);
      place = parent;
    }
    put(place, moment, arrival, element);
  }

  /** The moment of the first element, where there is one. */
  long firstAt() {
    return moments[0];
  }

  /** Takes the first element, where there is one. */
  @SuppressWarnings("unchecked") // Only such are put in.
  T poll() {
    T first = (T) Objects.requireNonNull(elements[0], "empty");
    int last = --size;
    long moment = moments[last];
    long arrival = arrivals[last];
    Object element = elements[last];
    elements[last] = null;
    if (last > 0) {
      int place = 0;
      for (int child = smallestChild(0); child >= 0; child = smallestChild(place)) {
        if (!isBefore(child, moment, arrival)) {
          break;
        }
        move(child, place);
        place = child;
      }
      put(place, moment, arrival, element);
    }
    return first;
  }

  /** Of a node without children, -1. */
  private int smallestChild(int place) {
    int first = place * CHILDREN + 1;
    if (first >= size) {
      return -1;
    }
    int smallest = first;
    int end = Math.min(first + CHILDREN, size);
    for (int child = first + 1; child < end; child++) {
      if (isBefore(child, moments[smallest], arrivals[smallest])) {
        smallest = child;
      }
    }
    return smallest;
  }

  private boolean isBefore(int place, long moment, long arrival) {
    return moments[place] < moment || (moments[place] == moment && arrivals[place] < arrival);
  }

  private void move(int from, int to) {
    put(to, moments[from], arrivals[from], elements[from]);
  }

  private void put(int place, long moment, long arrival, @Nullable Object element) {
    moments[place] = moment;
    arrivals[place] = arrival;
    elements[place] = element;
  }
}
