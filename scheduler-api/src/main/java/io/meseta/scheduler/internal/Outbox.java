package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The calls that wait for their turn, and those that wait for their answer.
 *
 * <p>Calls travel on several connections, where one may overtake another. A KILL must not overtake
 * the ACCEPT that launches its task, so these go one after the other, each when the one before is
 * answered. Acknowledgements concern nothing but their own update: some of them may be under way at
 * a time, so that a distant master does not make them the bottleneck.
 */
final class Outbox {

  /** Acknowledgements under way at a time. */
  static final int ACKNOWLEDGEMENT_WINDOW = 16;

  /** Who wants to know how a call went. */
  enum Origin {
    AUTHOR,
    DRIVER
  }

  /**
   * @param attempt the subscription that the call belongs to
   */
  record Entry(long callId, Origin origin, Call call, long attempt) {

    boolean isAcknowledgement() {
      return call.getType() == Call.Type.ACKNOWLEDGE
          || call.getType() == Call.Type.ACKNOWLEDGE_OPERATION_STATUS;
    }
  }

  private final int limit;
  private final ArrayDeque<Entry> ordered = new ArrayDeque<>();
  private final ArrayDeque<Entry> acknowledgements = new ArrayDeque<>();
  private final TreeMap<Long, Entry> underWay = new TreeMap<>();
  private long attempt;
  private boolean orderedUnderWay;
  private int acknowledgementsUnderWay;

  /**
   * @param limit how many calls of either kind may wait
   */
  Outbox(int limit) {
    this.limit = limit;
  }

  /**
   * Turns to another subscription. Calls of the one before that are still under way keep nobody
   * waiting any more.
   */
  void begin(long newAttempt) {
    attempt = newAttempt;
    orderedUnderWay = false;
    acknowledgementsUnderWay = 0;
  }

  /** False when too many are waiting. */
  boolean add(Entry entry) {
    ArrayDeque<Entry> queue = entry.isAcknowledgement() ? acknowledgements : ordered;
    return queue.size() < limit && queue.add(entry);
  }

  /** The next call that may be sent now; from here on it is under way. */
  Optional<Entry> pollReady() {
    if (!orderedUnderWay && !ordered.isEmpty()) {
      orderedUnderWay = true;
      return Optional.of(sent(ordered.remove()));
    }
    if (acknowledgementsUnderWay < ACKNOWLEDGEMENT_WINDOW && !acknowledgements.isEmpty()) {
      acknowledgementsUnderWay++;
      return Optional.of(sent(acknowledgements.remove()));
    }
    return Optional.empty();
  }

  private Entry sent(Entry entry) {
    underWay.put(entry.callId(), entry);
    return entry;
  }

  /** The call is answered, or never will be. Empty when it is not under way. */
  Optional<Entry> settled(long callId) {
    Entry entry = underWay.remove(callId);
    if (entry != null && entry.attempt() == attempt) {
      if (entry.isAcknowledgement()) {
        acknowledgementsUnderWay--;
      } else {
        orderedUnderWay = false;
      }
    }
    return Optional.ofNullable(entry);
  }

  /** Takes out the calls that have not been sent. */
  List<Entry> removeWaiting() {
    List<Entry> waiting = new ArrayList<>(ordered);
    waiting.addAll(acknowledgements);
    ordered.clear();
    acknowledgements.clear();
    return waiting;
  }

  /** Takes out the calls that have been sent and not answered. */
  List<Entry> removeUnderWay() {
    List<Entry> sent = new ArrayList<>(underWay.values());
    underWay.clear();
    return sent;
  }

  boolean isNothingUnderWay() {
    return underWay.isEmpty();
  }

  boolean isIdle() {
    return ordered.isEmpty() && acknowledgements.isEmpty() && isNothingUnderWay();
  }
}
