package io.meseta.common.net;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What was read from a connection before it was its turn: pipelined requests, a paused body. */
final class Backlog {

  /**
   * More than this, and reading stops. What one read has brought is decoded in any case, so there
   * may be a read's worth more.
   */
  private static final long LIMIT_BYTES = 64 * 1024;

  private static final long OBJECT_OVERHEAD_BYTES = 512;

  private final Deque<HttpObject> objects = new ArrayDeque<>();
  private long cost;

  void add(HttpObject object) {
    objects.add(object);
    cost += cost(object);
  }

  /** The next one, which the caller releases. */
  @Nullable HttpObject poll() {
    HttpObject next = objects.poll();
    if (next != null) {
      cost -= cost(next);
    }
    return next;
  }

  boolean isEmpty() {
    return objects.isEmpty();
  }

  boolean isOverLimit() {
    return cost > LIMIT_BYTES;
  }

  void releaseAll() {
    objects.forEach(ReferenceCountUtil::release);
    objects.clear();
    cost = 0;
  }

  private static long cost(HttpObject object) {
    long bytes = object instanceof HttpContent content ? content.content().readableBytes() : 0;
    return bytes + OBJECT_OVERHEAD_BYTES;
  }
}
