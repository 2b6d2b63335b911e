package io.meseta.agent.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.LeaderAddress;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ClientResponse;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.DuplexCall;
import io.meseta.common.net.Headers;
import io.meseta.common.net.StreamListener;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links to masters, by the ids under which the core knows them: records of {@link AgentMessage} up,
 * of {@link MasterMessage} down, on one connection each.
 *
 * <p>Thread-safe. Every link that was ordered ends with exactly one {@code LinkClosed}.
 */
public final class MasterLinks {

  private static final Logger log = LoggerFactory.getLogger(MasterLinks.class);
  private static final Headers HEADERS =
      Headers.of(
          "Content-Type", MediaType.PROTOBUF.headerValue(),
          "Accept", MediaType.PROTOBUF.headerValue());

  /** The way into the core. */
  public interface Inbox {
    void post(Function<Instant, AgentEvent> input);
  }

  private final MasterAccess access;
  private final Inbox inbox;
  private final Map<Long, DuplexCall> links = new ConcurrentHashMap<>();

  public MasterLinks(MasterAccess access, Inbox inbox) {
    this.access = access;
    this.inbox = inbox;
  }

  public void open(long linkId, LeaderAddress leader) {
    String host = leader.host().contains(":") ? "[" + leader.host() + "]" : leader.host();
    URI uri =
        URI.create(access.scheme() + "://" + host + ":" + leader.port() + "/api/v1/agent-link");
    Headers headers =
        access
            .credential()
            .get()
            .map(credential -> HEADERS.with("Authorization", credential.authorization()))
            .orElse(HEADERS);
    Listener listener = new Listener(linkId, leader);
    DuplexCall call = access.client().openDuplex(uri, headers, listener);
    links.put(linkId, call);
    if (listener.isOver()) {
      links.remove(linkId);
    }
  }

  public void send(long linkId, AgentMessage message) {
    DuplexCall call = links.get(linkId);
    if (call != null) {
      call.send(message.toByteArray());
    }
  }

  public void close(long linkId) {
    DuplexCall call = links.get(linkId);
    if (call != null) {
      call.abort();
    }
  }

  private final class Listener implements StreamListener {
    private final long linkId;
    private final LeaderAddress leader;
    private volatile String refusal = "";
    private volatile boolean over;

    Listener(long linkId, LeaderAddress leader) {
      this.linkId = linkId;
      this.leader = leader;
    }

    boolean isOver() {
      return over;
    }

    @Override
    public void onOpen(Headers headers) {
      inbox.post(at -> new AgentEvent.LinkOpened(at, linkId));
    }

    @Override
    public void onRefused(ClientResponse response) {
      refusal =
          response.status() + " " + new String(response.body(), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void onRecord(byte[] record) {
      try {
        MasterMessage message = MasterMessage.parseFrom(record);
        inbox.post(at -> new AgentEvent.MasterMessageReceived(at, linkId, message));
      } catch (InvalidProtocolBufferException e) {
        log.warn(
            "Master {}:{} sends no master message: {}",
            leader.host(),
            leader.port(),
            e.getMessage());
        close(linkId);
      }
    }

    @Override
    public void onClosed(CloseReason reason) {
      over = true;
      links.remove(linkId);
      String why = refusal.isEmpty() ? reason.toString() : "refused with " + refusal;
      inbox.post(at -> new AgentEvent.LinkClosed(at, linkId, why));
    }
  }
}
