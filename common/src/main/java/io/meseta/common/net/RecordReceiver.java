package io.meseta.common.net;

import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.RecordIoDecoder;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a stream, on either side of a connection: body bytes in, records to the
 * listener one at a time, with a brake. Used on the connection's event loop only.
 */
final class RecordReceiver {

  /** What the owner is told, each at most once and nothing after it. */
  interface Owner {
    /** The body has ended and every record was delivered. */
    void onReceiverEnd();

    /** What came is not a sequence of records within the limit. */
    void onReceiverError(String reason);

    /** The listener threw. */
    void onListenerFailure(RuntimeException failure);
  }

  private final RecordIoDecoder decoder;
  private final MemoryBudget memory;
  private final Owner owner;
  private @Nullable Consumer<byte[]> listener;
  private boolean paused;
  private boolean bodyEnded;
  private boolean over;
  private boolean delivering;
  private long heldBytes;

  RecordReceiver(int maxRecordBytes, MemoryBudget memory, Owner owner) {
    this.decoder = new RecordIoDecoder(maxRecordBytes);
    this.memory = memory;
    this.owner = owner;
  }

  /** Whether bytes are wanted now. */
  boolean isFlowing() {
    return listener != null && !paused && !over;
  }

  boolean hasBodyEnded() {
    return bodyEnded;
  }

  void receive(Consumer<byte[]> newListener) {
    listener = newListener;
    deliver();
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    deliver();
  }

  /** Takes what came; also while paused, for what was read before the brake took hold. */
  void add(ByteBuf bytes) {
    if (over || !bytes.isReadable()) {
      return;
    }
    if (!memory.tryTake(heldBytes, bytes.readableBytes())) {
      stop();
      owner.onReceiverError("there is no memory for more large records: come back later");
      return;
    }
    heldBytes += bytes.readableBytes();
    decoder.add(bytes.nioBuffer());
    deliver();
  }

  void endOfBody() {
    bodyEnded = true;
    deliver();
  }

  /** Delivers nothing more, and tells the owner nothing more. */
  void stop() {
    over = true;
    giveBackWhatIsFree();
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      deliverAll();
    } catch (DecodeException e) {
      over = true;
      owner.onReceiverError(String.valueOf(e.getMessage()));
    } finally {
      delivering = false;
      giveBackWhatIsFree();
    }
  }

  private void giveBackWhatIsFree() {
    long stillHeldBytes = over ? 0 : decoder.waitingBytes();
    memory.giveBack(heldBytes - stillHeldBytes);
    heldBytes = stillHeldBytes;
  }

  private void deliverAll() throws DecodeException {
    Consumer<byte[]> target = listener;
    while (target != null && isFlowing()) {
      byte[] record = decoder.next();
      if (record == null) {
        finishIfEnded();
        return;
      }
      try {
        target.accept(record);
      } catch (RuntimeException e) {
        over = true;
        owner.onListenerFailure(e);
        return;
      }
    }
  }

  private void finishIfEnded() throws DecodeException {
    if (!bodyEnded) {
      return;
    }
    decoder.end();
    over = true;
    owner.onReceiverEnd();
  }
}
