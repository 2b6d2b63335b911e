package io.meseta.agent.session;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.http.CallRefusedException;
import io.meseta.agent.http.ContainerCalls;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.net.RecordUpload;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's input on its way to a command: records come on a Netty thread and are written by a
 * thread of their own, which may have to wait for the command. The client has to wait then.
 *
 * <p>The end of the body is not the end of the command's input, which is an empty record: clients
 * try first whether they can attach, with a body of nothing but the container's id.
 */
final class SessionInput implements ContainerCalls.Input {

  private static final Logger log = LoggerFactory.getLogger(SessionInput.class);

  /** A client with more than this on its way has to wait. */
  private static final long WAITING_BYTES = 64 * 1024;

  private static final int ITEM_OVERHEAD_BYTES = 128;

  /** What is done with the command's input. */
  private sealed interface Item {
    record Data(ByteString bytes) implements Item {}

    record Resize(TerminalSize size) implements Item {}

    record EndOfInput() implements Item {}

    record Last() implements Item {}
  }

  private final Session session;
  private final RecordUpload records;
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Thread writer;
  private boolean inputIsOpen = true;

  SessionInput(Session session, RecordUpload records) {
    this.session = session;
    this.records = records;
    this.writer = Thread.ofVirtual().name("session-input").unstarted(this::write);
  }

  void begin() {
    writer.start();
  }

  @Override
  public void take(Call record) {
    ProcessIO io = record.getAttachContainerInput().getProcessIo();
    switch (io.getType()) {
      case DATA -> takeData(io.getData());
      case CONTROL -> takeControl(io);
      case UNKNOWN -> throw refused("'process_io.type' is unknown");
    }
  }

  private void takeData(ProcessIO.Data data) {
    if (data.getType() != ProcessIO.Data.Type.STDIN) {
      throw refused("Expecting 'process_io.data.type' to be STDIN");
    }
    put(data.getData().isEmpty() ? new Item.EndOfInput() : new Item.Data(data.getData()));
  }

  private void takeControl(ProcessIO io) {
    switch (io.getControl().getType()) {
      case HEARTBEAT -> {}
      case TTY_INFO ->
          Commands.size(io.getControl().getTtyInfo()).ifPresent(size -> put(new Item.Resize(size)));
      case UNKNOWN -> throw refused("'process_io.control.type' is unknown");
    }
  }

  private static CallRefusedException refused(String reason) {
    return new CallRefusedException(400, "Failed to validate agent::Call: " + reason);
  }

  private void put(Item item) {
    if (done.isDone()) {
      return;
    }
    if (waiting.addAndGet(cost(item)) > WAITING_BYTES) {
      records.pause();
    }
    queue.add(item);
  }

  private static long cost(Item item) {
    return item instanceof Item.Data data
        ? (long) data.bytes().size() + ITEM_OVERHEAD_BYTES
        : ITEM_OVERHEAD_BYTES;
  }

  @Override
  public boolean isHungry() {
    return waiting.get() <= WAITING_BYTES;
  }

  @Override
  public void ended() {
    queue.add(new Item.Last());
  }

  /**
   * The thread is not interrupted, as it may be in the middle of a write; what has come is dropped,
   * and the place of the one client is free again when that write is over.
   */
  @Override
  public void abandoned() {
    if (done.complete(null)) {
      queue.clear();
      queue.add(new Item.Last());
    }
  }

  @Override
  public CompletableFuture<Void> done() {
    return done;
  }

  private void write() {
    try {
      while (!done.isDone()) {
        Item item = queue.take();
        if (item instanceof Item.Last) {
          break;
        }
        write(item);
        written(cost(item));
      }
    } catch (InterruptedException e) {
      log.debug("session {}: its input is given up", session.id(), e);
    } finally {
      // First the place, then the answer: this client may come again at once.
      session.detachInput(this);
      var unused = done.complete(null);
    }
  }

  private void write(Item item) {
    ContainerExec.Session process = session.process();
    try {
      switch (item) {
        case Item.Data data when inputIsOpen -> process.write(data.bytes().asReadOnlyByteBuffer());
        case Item.EndOfInput end when inputIsOpen -> {
          inputIsOpen = false;
          process.closeInput();
        }
        case Item.Resize resize -> process.resize(resize.size());
        case Item.Data data -> log.debug("input after its end is ignored");
        case Item.EndOfInput end -> log.debug("a second end of the input is ignored");
        case Item.Last last -> log.debug("the last one ends the loop");
      }
    } catch (IOException e) {
      // As with a pipe whose reader has gone: the command goes on, and its end tells the rest.
      log.debug("session {}: its command takes no more input", session.id(), e);
      inputIsOpen = false;
    }
  }

  /** Whoever crosses the limit downwards does so after the pause was ordered. */
  private void written(long cost) {
    long left = waiting.addAndGet(-cost);
    if (left <= WAITING_BYTES && left + cost > WAITING_BYTES) {
      records.resume();
    }
  }
}
