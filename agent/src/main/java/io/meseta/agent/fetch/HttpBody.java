package io.meseta.agent.fetch;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, bit by bit: the reader says when it wants more, and how long it waits for
 * it. One reader.
 */
final class HttpBody implements BodySubscriber<HttpBody>, AutoCloseable {

  /** What comes next; no bytes and no failure is the end. */
  private record Item(List<ByteBuffer> bytes, @Nullable Throwable failure) {}

  private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  @Override
  public CompletionStage<HttpBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription to) {
    if (!subscription.complete(to)) {
      to.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    items.add(new Item(bytes, null));
  }

  @Override
  public void onError(Throwable failure) {
    items.add(new Item(List.of(), failure));
  }

  @Override
  public void onComplete() {
    items.add(new Item(List.of(), null));
  }

  /**
   * Waits for more.
   *
   * @return empty at the end
   * @throws IOException if it breaks off, or nothing comes for so long
   */
  List<ByteBuffer> next(Duration stall) throws IOException, InterruptedException {
    subscription.join().request(1);
    Item item = items.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
    if (item == null) {
      throw new IOException("nothing came for " + stall.toSeconds() + " s");
    }
    if (item.failure() != null) {
      throw new IOException("the connection broke off", item.failure());
    }
    return item.bytes();
  }

  /** Wants no more. */
  @Override
  public void close() {
    var unused = subscription.thenAccept(Flow.Subscription::cancel);
  }
}
