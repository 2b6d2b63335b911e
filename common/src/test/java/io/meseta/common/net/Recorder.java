package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what a stream brings, and that nothing comes after its end. */
class Recorder implements StreamListener {
  final CompletableFuture<Headers> opened = new CompletableFuture<>();
  final CompletableFuture<ClientResponse> refused = new CompletableFuture<>();
  final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  final AtomicInteger closings = new AtomicInteger();
  final Queue<String> afterTheEnd = new ConcurrentLinkedQueue<>();
  private final Queue<String> records = new ConcurrentLinkedQueue<>();

  @Override
  public void onOpen(Headers headers) {
    note("open");
    opened.complete(headers);
  }

  @Override
  public void onRefused(ClientResponse response) {
    note("refused");
    refused.complete(response);
  }

  @Override
  public void onRecord(byte[] record) {
    note("record");
    records.add(new String(record, UTF_8));
  }

  @Override
  public void onClosed(CloseReason reason) {
    closings.incrementAndGet();
    closed.complete(reason);
  }

  List<String> records() {
    return List.copyOf(records);
  }

  CloseReason.Kind closeKind() {
    return Await.get(closed).kind();
  }

  private void note(String what) {
    if (closed.isDone()) {
      afterTheEnd.add(what);
    }
  }
}
