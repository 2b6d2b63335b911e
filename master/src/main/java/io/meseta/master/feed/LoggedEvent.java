package io.meseta.master.feed;

import io.meseta.common.codec.MediaType;
import io.meseta.master.view.ViewChange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened, with its number. Encoded at most once for each form and media type
 * while it is new; later only for those who ask. Thread-safe.
 */
final class LoggedEvent {

  private record Wire(StreamForm form, MediaType type) {}

  final long index;
  private final String masterId;
  private final ViewChange change;

  /** Null once it is not new any more. */
  private volatile @Nullable Map<Wire, byte[]> encoded = new ConcurrentHashMap<>(4);

  LoggedEvent(long index, String masterId, ViewChange change) {
    this.index = index;
    this.masterId = masterId;
    this.change = change;
  }

  /** One record of a stream; not to be changed. */
  byte[] record(StreamForm form, MediaType type) {
    Map<Wire, byte[]> known = encoded;
    return known == null
        ? encode(form, type)
        : known.computeIfAbsent(new Wire(form, type), unused -> encode(form, type));
  }

  private byte[] encode(StreamForm form, MediaType type) {
    return form.record(EventMessages.of(change), index, masterId, type);
  }

  /** Its encoded forms are kept no longer. */
  void becomeOld() {
    encoded = null;
  }
}
