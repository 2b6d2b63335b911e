package io.meseta.master.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.DuplexExchange;
import io.meseta.common.net.DuplexHandler;
import io.meseta.common.net.DuplexStream;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent link: records of {@link AgentMessage} up, of MasterMessage down. */
public final class AgentLinkEndpoint implements DuplexHandler {

  private static final Logger log = LoggerFactory.getLogger(AgentLinkEndpoint.class);

  private final Supplier<Standing> standing;
  private final Inbox inbox;
  private final Connections connections;

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
    long link = connections.addLink(stream);
    stream.receive(record -> receive(link, stream, request, record));
  }

  private void receive(long link, DuplexStream stream, HttpRequest request, byte[] record) {
    AgentMessage message;
    try {
      message = AgentMessage.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      log.warn("{} sends no agent message: {}", request.remoteAddress(), e.getMessage());
      stream.abort();
      return;
    }
    // A full inbox ends the link: its agent comes back, and reports everything anew.
    if (!inbox.offer(at -> new MasterEvent.AgentMessageReceived(at, link, message))) {
      log.warn("The inbox is full: the link of {} is dropped", request.remoteAddress());
      stream.abort();
    }
  }
}
