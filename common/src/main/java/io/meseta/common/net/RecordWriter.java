package io.meseta.common.net;

import io.meseta.common.codec.RecordIo;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a stream, on either side of a connection: records from any thread become
 * chunks in order, flushed together, and bounded in bytes that are not yet in the socket.
 *
 * <p>Nothing is written before {@link #start}; the queue then empties into the channel on its event
 * loop, where the bytes go on being counted until Netty has written them.
 */
final class RecordWriter {

  /** What the owner is told. */
  interface Owner {
    /** The limit was passed: on the sending thread, once. The writer takes nothing more. */
    void onOverflow(long waitingBytes);

    /** The end of the stream is in the socket, or could not be written: on the event loop, once. */
    void onEndWritten(boolean success);
  }

  /** What is put around that which is sent. */
  enum Framing {
    RECORD,
    NONE
  }

  private enum State {
    OPEN,
    ENDING,
    STOPPED
  }

  /** A framed record is never empty, so an empty entry is the end. */
  private static final int END_LENGTH = 0;

  /** What a waiting record costs in memory beside its bytes: small records must not be free. */
  private static final int RECORD_OVERHEAD_BYTES = 128;

  /** With so much waiting the socket is kept busy. */
  private static final long LITTLE_BYTES = 128 * 1024;

  private final Owner owner;
  private final long limitBytes;
  private final MemoryBudget memory;
  private final Framing framing;
  private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final ReentrantLock roomLock = new ReentrantLock();
  private final Condition roomMade = roomLock.newCondition();

  /** How many threads wait for room: nearly always none, and then nobody takes the lock. */
  private final AtomicInteger roomWaiters = new AtomicInteger();

  private volatile @Nullable Channel channel;

  RecordWriter(long limitBytes, MemoryBudget memory, Framing framing, Owner owner) {
    this.limitBytes = limitBytes;
    this.memory = memory;
    this.framing = framing;
    this.owner = owner;
  }

  boolean isOpen() {
    return state.get() == State.OPEN;
  }

  boolean send(byte[] record) {
    byte[] framed = framing == Framing.RECORD ? RecordIo.frame(record) : record;
    if (framed.length == END_LENGTH) {
      throw new IllegalArgumentException("Nothing to send");
    }
    if (!isOpen()) {
      return false;
    }
    long cost = cost(framed);
    long waiting = waitingBytes.addAndGet(cost);
    boolean roomHere = waiting <= limitBytes || waiting == cost;
    boolean room = roomHere && memory.tryTake(waiting - cost, cost);
    if (!room) {
      waitingBytes.addAndGet(-cost);
      if (state.compareAndSet(State.OPEN, State.STOPPED)) {
        dropQueue();
        signalRoom();
        owner.onOverflow(waiting);
      }
      return false;
    }
    queue.add(framed);
    scheduleDrain();
    if (state.get() == State.STOPPED) {
      // Stopped meanwhile, perhaps before this record was in the queue.
      dropQueue();
    }
    return true;
  }

  /**
   * Blocks while more than so many bytes wait; says whether there is room before the time is up.
   */
  boolean awaitRoom(long bytes, Duration limit) throws InterruptedException {
    roomWaiters.incrementAndGet();
    roomLock.lockInterruptibly();
    try {
      long left = limit.toNanos();
      while (isOpen() && waitingBytes.get() > bytes && left > 0) {
        left = roomMade.awaitNanos(left);
      }
    } finally {
      roomLock.unlock();
      roomWaiters.decrementAndGet();
    }
    return isOpen() && waitingBytes.get() <= bytes;
  }

  private void signalRoom() {
    if (roomWaiters.get() > 0) {
      roomLock.lock();
      try {
        roomMade.signalAll();
      } finally {
        roomLock.unlock();
      }
    }
  }

  /** Ends the stream after what is queued; false if it had ended before. */
  boolean end() {
    if (!state.compareAndSet(State.OPEN, State.ENDING)) {
      return false;
    }
    queue.add(new byte[END_LENGTH]);
    scheduleDrain();
    signalRoom();
    return true;
  }

  /** Waits until little is waiting; false if that takes longer, or it is no longer open. */
  boolean awaitRoom(Duration limit) throws InterruptedException {
    return awaitRoom(LITTLE_BYTES, limit);
  }

  /** On the event loop, after the head of the message was written. */
  void start(Channel target) {
    channel = target;
    scheduleDrain();
  }

  /** Takes and writes nothing more. */
  void stop() {
    state.set(State.STOPPED);
    dropQueue();
    signalRoom();
  }

  private void dropQueue() {
    for (byte[] framed = queue.poll(); framed != null; framed = queue.poll()) {
      if (framed.length != END_LENGTH) {
        release(framed);
      }
    }
  }

  private void release(byte[] framed) {
    waitingBytes.addAndGet(-cost(framed));
    memory.giveBack(cost(framed));
    signalRoom();
  }

  private void scheduleDrain() {
    Channel target = channel;
    if (target == null || !drainScheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      target.eventLoop().execute(() -> drain(target));
    } catch (RejectedExecutionException e) {
      // The event loops have ended, and every connection with them.
      stop();
    }
  }

  private void drain(Channel target) {
    // Before the queue is read: what is added from here on schedules the next drain.
    drainScheduled.set(false);
    boolean written = false;
    for (byte[] framed = queue.poll(); framed != null; framed = queue.poll()) {
      if (framed.length == END_LENGTH) {
        writeEnd(target);
        return;
      }
      write(target, framed);
      written = true;
    }
    if (written) {
      target.flush();
    }
  }

  private void write(Channel target, byte[] framed) {
    target
        .write(new DefaultHttpContent(Unpooled.wrappedBuffer(framed)))
        .addListener((ChannelFutureListener) done -> written(framed, done.isSuccess()));
  }

  private void written(byte[] framed, boolean success) {
    if (!success) {
      // Before room is made: who waits for it learns that the connection is gone.
      stop();
    }
    release(framed);
  }

  private static long cost(byte[] framed) {
    return (long) framed.length + RECORD_OVERHEAD_BYTES;
  }

  private void writeEnd(Channel target) {
    dropQueue();
    target
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener((ChannelFutureListener) done -> owner.onEndWritten(done.isSuccess()));
  }
}
