package io.meseta.master.feed;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.codec.MediaType;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.ViewChange;
import io.meseta.master.view.VisibleChanges;
import java.util.Map;
import java.util.Optional;
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

  /** Whose task it is about: what may be shown of a task depends on that. */
  private final Optional<FrameworkInfo> framework;

  /** Null once it is not new any more. */
  private volatile @Nullable Map<Wire, byte[]> encoded = new ConcurrentHashMap<>(4);

  LoggedEvent(long index, String masterId, ViewChange change, Optional<FrameworkInfo> framework) {
    this.index = index;
    this.masterId = masterId;
    this.change = change;
    this.framework = framework;
  }

  /** One record of a stream as this filter shows it; empty if it does not. Not to be changed. */
  Optional<byte[]> record(StreamForm form, MediaType type, ReadFilter filter) {
    if (filter.showsWholeCluster()) {
      return Optional.of(record(form, type));
    }
    return VisibleChanges.of(change, framework, filter)
        .map(shown ->
            shown.equals(change)
                ? record(form, type)
                : form.record(EventMessages.of(shown), index, masterId, type));
  }

  private byte[] record(StreamForm form, MediaType type) {
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
