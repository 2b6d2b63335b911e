package io.meseta.master.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.common.codec.LargeMessages;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.DuplexExchange;
import io.meseta.common.net.DuplexHandler;
import io.meseta.common.net.DuplexStream;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent link: records of {@link AgentMessage} up, of MasterMessage down. */
public final class AgentLinkEndpoint implements DuplexHandler {

  private static final Logger log = LoggerFactory.getLogger(AgentLinkEndpoint.class);

  /**
   * An agent with more than this in the inbox has to wait, by the means of TCP: the inbox counts
   * messages, and a few large ones would fill the memory.
   */
  private static final long WAITING_LIMIT_BYTES = 64 * 1024;

  private static final int MESSAGE_OVERHEAD_BYTES = 256;

  private final Supplier<Standing> standing;
  private final Inbox inbox;
  private final Connections connections;
  private final AgentMessages messages = new AgentMessages();

  public AgentLinkEndpoint(Supplier<Standing> standing, Inbox inbox, Connections connections) {
    this.standing = standing;
    this.inbox = inbox;
    this.connections = connections;
  }

  @Override
  public void open(HttpRequest request, DuplexExchange exchange) {
    Optional<HttpResponse> elsewhere = Redirects.unlessLeading(standing.get(), request);
    if (elsewhere.isPresent()) {
      exchange.respond(elsewhere.get());
      return;
    }
    String type = MediaType.PROTOBUF.headerValue();
    if (request.headers().first("Content-Type").flatMap(MediaType::parse).stream()
        .noneMatch(MediaType.PROTOBUF::equals)) {
      exchange.respond(HttpResponse.text(415, "The agent link speaks " + type));
      return;
    }
    DuplexStream stream = exchange.accept(type, Headers.none());
    Link link = new Link(connections.addLink(stream), stream, request);
    stream.receive(link::receive);
  }

  /** One agent's messages on their way to the core. */
  private final class Link {
    private final long id;
    private final DuplexStream stream;
    private final HttpRequest request;
    private final AtomicLong waiting = new AtomicLong();

    Link(long id, DuplexStream stream, HttpRequest request) {
      this.id = id;
      this.stream = stream;
      this.request = request;
    }

    void receive(byte[] record) {
      AgentMessage message;
      try {
        message = LargeMessages.decode(record, messages::parse);
      } catch (InvalidProtocolBufferException e) {
        stream.reject("no agent message: " + e.getMessage());
        return;
      }
      long cost = (long) record.length + MESSAGE_OVERHEAD_BYTES;
      if (waiting.addAndGet(cost) > WAITING_LIMIT_BYTES) {
        stream.pause();
      }
      boolean room =
          inbox.offer(at -> {
            taken(cost);
            return new MasterEvent.AgentMessageReceived(at, id, message);
          });
      // A full inbox ends the link: its agent comes back, and reports everything anew.
      if (!room) {
        log.warn("The inbox is full: the link of {} is dropped", request.remoteAddress());
        stream.abort();
      }
    }

    /** On the loop. Whoever crosses the limit downwards does so after the pause was ordered. */
    private void taken(long cost) {
      long left = waiting.addAndGet(-cost);
      if (left <= WAITING_LIMIT_BYTES && left + cost > WAITING_LIMIT_BYTES) {
        stream.resume();
      }
    }
  }
}
