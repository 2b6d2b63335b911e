package io.meseta.master.http;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.DuplexStream;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.runtime.SerialExecutor;
import io.meseta.master.allocation.Explained;
import io.meseta.master.core.MasterEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open ends of the core: exchanges that wait for their answer, event streams, agent links, by
 * the ids under which the core knows them.
 *
 * <p>Thread-safe. Records are encoded off the loop, in order per stream. A stream that cannot take
 * more, because its reader is too slow, is dropped; the core hears of it as of any other end.
 */
public final class Connections implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** Records per stream that may wait to be encoded. What waits to be written is net's concern. */
  private static final int MAX_WAITING_RECORDS = 20_000;

  /** How an explanation is written as an answer. Called on a thread that encodes. */
  @FunctionalInterface
  interface ExplanationForm {
    HttpResponse write(Instant at, Explained explained);
  }

  private record Pending(
      Exchange exchange, MediaType answers, Optional<ExplanationForm> explanation) {}

  private record Stream(EventStream stream, MediaType type, SerialExecutor order) {}

  private record Link(DuplexStream stream, SerialExecutor order) {}

  private final Inbox inbox;
  private final ExecutorService encoders;
  private final AtomicLong nextId = new AtomicLong();
  private final Map<Long, Pending> exchanges = new ConcurrentHashMap<>();
  private final Map<String, Stream> streams = new ConcurrentHashMap<>();
  private final Map<Long, Link> links = new ConcurrentHashMap<>();

  public Connections(Inbox inbox) {
    this.inbox = inbox;
    this.encoders =
        Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("master-encode-", 0).factory());
  }

  // ---- exchanges ----

  /**
   * Keeps an exchange until the core answers it, which it does with every call; returns its id. A
   * client that has closed its sending half may well be waiting, so it is answered like any other.
   */
  long parkCall(Exchange exchange) {
    return keep(new Pending(exchange, MediaType.JSON, Optional.empty()));
  }

  /** The same for one that waits for an explanation. */
  long parkCall(Exchange exchange, ExplanationForm form) {
    return keep(new Pending(exchange, MediaType.JSON, Optional.of(form)));
  }

  private long keep(Pending pending) {
    long id = nextId.incrementAndGet();
    exchanges.put(id, pending);
    return id;
  }

  /** Keeps an exchange until the core answers it or its client closes a half; returns its id. */
  long park(Exchange exchange, MediaType answers) {
    long id = keep(new Pending(exchange, answers, Optional.empty()));
    exchange.onDisconnect(() -> {
      if (exchanges.remove(id) != null) {
        inbox.post(at -> new MasterEvent.ExchangeClosed(at, id));
      }
    });
    return id;
  }

  public void reply(long id, int status, String message) {
    Pending pending = exchanges.remove(id);
    if (pending != null) {
      pending.exchange.respond(
          message.isEmpty() ? HttpResponse.empty(status) : HttpResponse.text(status, message));
    }
  }

  boolean isParked(long id) {
    return exchanges.containsKey(id);
  }

  public void explain(long id, Instant at, Explained explained) {
    Pending pending = exchanges.remove(id);
    if (pending != null) {
      ExplanationForm form =
          pending.explanation.orElseThrow(() ->
              new IllegalStateException("an explanation for somebody who did not ask for one"));
      encoders.execute(() -> pending.exchange.respond(form.write(at, explained)));
    }
  }

  // ---- event streams ----

  public void openStream(long id, String streamId) {
    Pending pending = exchanges.remove(id);
    if (pending == null) {
      inbox.post(at -> new MasterEvent.StreamClosed(at, streamId, "the client left"));
      return;
    }
    EventStream stream =
        pending.exchange.openStream(
            pending.answers.headerValue(), Headers.of("Mesos-Stream-Id", streamId));
    streams.put(
        streamId,
        new Stream(stream, pending.answers, new SerialExecutor(encoders, MAX_WAITING_RECORDS)));
    stream.onClose(reason -> {
      streams.remove(streamId);
      inbox.post(at -> new MasterEvent.StreamClosed(at, streamId, reason.toString()));
    });
  }

  public void sendToFramework(String streamId, Event event) {
    Stream stream = streams.get(streamId);
    if (stream == null) {
      return;
    }
    boolean room =
        stream.order.tryExecute(() -> stream.stream.send(Codec.encode(event, stream.type)));
    if (!room) {
      log.warn("Stream {} does not keep up: dropped", streamId);
      stream.stream.abort();
    }
  }

  public void closeStream(String streamId) {
    Stream stream = streams.get(streamId);
    if (stream != null && !stream.order.tryExecute(stream.stream::close)) {
      stream.stream.abort();
    }
  }

  // ---- agent links ----

  long addLink(DuplexStream stream) {
    long id = nextId.incrementAndGet();
    links.put(id, new Link(stream, new SerialExecutor(encoders, MAX_WAITING_RECORDS)));
    stream.onClose(reason -> {
      links.remove(id);
      inbox.post(at -> new MasterEvent.LinkClosed(at, id, reason.toString()));
    });
    return id;
  }

  public void sendToAgent(long linkId, MasterMessage message) {
    Link link = links.get(linkId);
    if (link != null && !link.order.tryExecute(() -> link.stream.send(message.toByteArray()))) {
      log.warn("Agent link {} does not keep up: dropped", linkId);
      link.stream.abort();
    }
  }

  public void closeLink(long linkId) {
    Link link = links.get(linkId);
    if (link != null && !link.order.tryExecute(link.stream::close)) {
      link.stream.abort();
    }
  }

  // ---- everything ----

  /**
   * Ends all streams and links without a clean end, so that clients look for the leader at once (a
   * clean end would have them wait for heartbeats first), and refuses what waits.
   */
  public void dropEverything(String reason) {
    streams.values().forEach(stream -> stream.stream.abort());
    links.values().forEach(link -> link.stream.abort());
    exchanges.keySet().forEach(id -> reply(id, 503, "This master does not lead: " + reason));
  }

  @Override
  public void close() {
    dropEverything("it stops");
    encoders.shutdown();
    try {
      if (!encoders.awaitTermination(5, TimeUnit.SECONDS)) {
        encoders.shutdownNow();
      }
    } catch (InterruptedException e) {
      encoders.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
