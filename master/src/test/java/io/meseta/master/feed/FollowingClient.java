package io.meseta.master.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.operator.v1.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that has asked for a stream, with the connection that it has: takes every record at
 * once, unless {@link #stopReading} was called. Events of SUBSCRIBE are read as those of WATCH,
 * which have the same fields.
 */
final class FollowingClient implements Exchange {

  private static final long PATIENCE_SECONDS = 30;

  private final MediaType type;
  private final LinkedBlockingQueue<byte[]> records = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<Consumer<CloseReason>> callbacks = new ArrayList<>();
  private volatile CloseReason.@Nullable Kind end;
  private volatile boolean reading = true;
  volatile @Nullable HttpResponse refusal;
  volatile String contentType = "";

  FollowingClient(MediaType type) {
    this.type = type;
  }

  static FollowingClient json() {
    return new FollowingClient(MediaType.JSON);
  }

  void stopReading() {
    reading = false;
  }

  void leave() {
    over(CloseReason.Kind.PEER_GONE);
  }

  private void over(CloseReason.Kind kind) {
    List<Consumer<CloseReason>> told;
    synchronized (callbacks) {
      if (end != null) {
        return;
      }
      end = kind;
      told = List.copyOf(callbacks);
    }
    ended.countDown();
    told.forEach(callback -> callback.accept(new CloseReason(kind, "the test")));
  }

  // ---- what the test sees ----

  byte[] nextRecord() throws InterruptedException {
    byte[] record = records.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (record == null) {
      throw new AssertionError("No record in " + PATIENCE_SECONDS + " s");
    }
    return record;
  }

  Event next() throws InterruptedException, DecodeException {
    return Codec.decode(nextRecord(), Event.getDefaultInstance(), type);
  }

  Event nextOf(io.meseta.api.v1.master.Event.Type wanted)
      throws InterruptedException, DecodeException {
    Event event = next();
    assertThat(event.getType()).isEqualTo(wanted);
    return event;
  }

  /** Takes the first two records; returns the first. */
  Event begin() throws InterruptedException, DecodeException {
    Event first = nextOf(io.meseta.api.v1.master.Event.Type.SUBSCRIBED);
    nextOf(io.meseta.api.v1.master.Event.Type.HEARTBEAT);
    return first;
  }

  CloseReason.@Nullable Kind awaitEnd() throws InterruptedException {
    assertThat(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    return end;
  }

  // ---- the exchange ----

  @Override
  public void respond(HttpResponse response) {
    refusal = response;
  }

  @Override
  public EventStream openStream(String type, Headers headers) {
    contentType = type;
    return new Stream();
  }

  @Override
  public ByteStream openBytes(int status, Headers headers, OptionalLong length) {
    throw new AssertionError("not an event stream");
  }

  @Override
  public void onDisconnect(Runnable callback) {}

  private final class Stream implements EventStream {
    @Override
    public void onClose(Consumer<CloseReason> callback) {
      synchronized (callbacks) {
        callbacks.add(callback);
      }
    }

    @Override
    public boolean isOpen() {
      return end == null;
    }

    @Override
    public boolean awaitRoom(long bytes, Duration limit) {
      return reading && end == null;
    }

    @Override
    public boolean send(byte[] record) {
      return end == null && records.add(record);
    }

    @Override
    public void close() {
      over(CloseReason.Kind.FINISHED);
    }

    @Override
    public void abort() {
      over(CloseReason.Kind.ABORTED);
    }
  }
}
