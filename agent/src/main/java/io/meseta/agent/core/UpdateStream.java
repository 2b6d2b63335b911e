package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.TaskStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A task's updates that are not acknowledged, oldest first. Data only; {@link StatusUpdateStreams}
 * has the rules.
 */
final class UpdateStream {

  private final Deque<TaskStatus> pending = new ArrayDeque<>();

  /** How many of them, from the oldest on, are durable. */
  private int durable;

  /** How many acknowledgements are not durable: a restart would send what they are for again. */
  private int acknowledgementsUnderWay;

  private boolean inFlight;
  private int attempt;
  private boolean closed;

  UpdateStream() {}

  /** A stream from the journal: all of it is durable, nothing has been sent by this run. */
  UpdateStream(List<TaskStatus> recovered) {
    pending.addAll(recovered);
    durable = recovered.size();
  }

  void append(TaskStatus status) {
    pending.addLast(status);
  }

  /**
   * Adds something new about the same state. What nobody has been told of that state yet is
   * superseded by it: a task that changes often does not pile up updates for a slow framework.
   */
  void appendNews(TaskStatus status) {
    boolean tailWaits = pending.size() > 1 && durable == pending.size();
    if (tailWaits && pending.getLast().getState() == status.getState()) {
      pending.removeLast();
      durable--;
    }
    pending.addLast(status);
  }

  void nextIsDurable() {
    if (durable >= pending.size()) {
      throw new IllegalStateException("More updates are durable than there are");
    }
    durable++;
  }

  /** The update that may be told now: the oldest, once it and what came before it are durable. */
  Optional<TaskStatus> head() {
    return durable > 0 && acknowledgementsUnderWay == 0
        ? Optional.of(pending.getFirst())
        : Optional.empty();
  }

  boolean headIs(ByteString uuid) {
    return inFlight && pending.getFirst().getUuid().equals(uuid);
  }

  /** The head was sent; the answer is how often it has been sent before. */
  int sent() {
    inFlight = true;
    return attempt++;
  }

  void acknowledged() {
    pending.removeFirst();
    durable--;
    acknowledgementsUnderWay++;
    unsent();
  }

  void acknowledgementIsDurable() {
    acknowledgementsUnderWay--;
  }

  /** The head has to be sent anew: it was told to a master that is gone, or it is a new head. */
  void unsent() {
    inFlight = false;
    attempt = 0;
  }

  /** Nobody wants these updates any more. */
  void close() {
    pending.clear();
    durable = 0;
    closed = true;
    unsent();
  }

  boolean inFlight() {
    return inFlight;
  }

  boolean closed() {
    return closed;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  int size() {
    return pending.size();
  }

  List<TaskStatus> pending() {
    return new ArrayList<>(pending);
  }
}
