package io.meseta.common.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The live numbers behind {@link HttpServerStats}. */
final class ServerCounters {
  final AtomicLong openConnections = new AtomicLong();
  final AtomicLong openStreams = new AtomicLong();
  final LongAdder requests = new LongAdder();
  final LongAdder bodyBytes = new LongAdder();
  final LongAdder badRequests = new LongAdder();
  final LongAdder refusedTooLarge = new LongAdder();
  final LongAdder refusedConnections = new LongAdder();
  final LongAdder slowReadersDropped = new LongAdder();
  final LongAdder handlerFailures = new LongAdder();

  /**
   * A request that the server refused by itself; what is merely not there or not allowed is fine.
   */
  void countRefusal(int status) {
    switch (status) {
      case 413, 414, 431, 503 -> refusedTooLarge.increment();
      case 404, 405 -> {}
      default -> badRequests.increment();
    }
  }

  HttpServerStats snapshot(long bufferedBytes) {
    return new HttpServerStats(
        openConnections.get(),
        openStreams.get(),
        bufferedBytes,
        requests.sum(),
        bodyBytes.sum(),
        badRequests.sum(),
        refusedTooLarge.sum(),
        refusedConnections.sum(),
        slowReadersDropped.sum(),
        handlerFailures.sum());
  }
}
