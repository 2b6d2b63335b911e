package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.validation.CallValidation;
import io.meseta.master.validation.OperatorCallValidation;
import io.meseta.testkit.simulation.check.MasterChecks;
import io.meseta.testkit.simulation.world.Connection;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The open ends of a master's core, as the real edge keeps them: exchanges that wait for their
 * answer, event streams, agent links. Everything that passes here has been bytes.
 */
final class MasterConnections {

  /** What the client of an exchange or stream is told. */
  interface Client {
    void answered(int status, String text, Optional<String> location);

    void opened(String streamId);

    void received(byte[] record);
  }

  /** What the agent's end of a link is told. */
  interface Agent {
    void opened();

    void refused(String reason);

    void received(byte[] record);
  }

  private record Pending(Connection.Side side, Client client, MediaType answers) {}

  private record Link(Connection.Side side, Agent agent) {}

  private final MasterHost host;
  private final Draw draw;
  private final MasterChecks checks;
  private final TreeMap<Long, Pending> exchanges = new TreeMap<>();
  private final TreeMap<String, Pending> streams = new TreeMap<>();
  private final TreeMap<Long, Link> links = new TreeMap<>();
  private long nextId;

  MasterConnections(MasterHost host, Draw draw, MasterChecks checks) {
    this.host = host;
    this.draw = draw;
    this.checks = checks;
  }

  /** The process is gone. */
  void forget() {
    exchanges.clear();
    streams.clear();
    links.clear();
  }

  int parked() {
    return exchanges.size();
  }

  // ---- calls, as the edge of the scheduler API takes them ----

  void call(
      Connection.Side side, byte[] body, MediaType type, Optional<String> stream, Client client) {
    Optional<Refusal> elsewhere = unlessLeading("/api/v1/scheduler");
    if (elsewhere.isPresent()) {
      answer(side, client, elsewhere.get());
      return;
    }
    Call call;
    try {
      call = Codec.decode(body, Call.getDefaultInstance(), type);
    } catch (DecodeException e) {
      answer(side, client, new Refusal(400, "Failed to parse: " + e.getMessage(), null));
      return;
    }
    Optional<String> invalid = CallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      answer(side, client, new Refusal(400, "Failed to validate: " + invalid.get(), null));
      return;
    }
    host.world.trace().arrived(call, body);
    long id = park(side, client, type);
    String newStreamId = draw.uuid();
    host.post(
        at -> new MasterEvent.CallReceived(at, id, newStreamId, stream, Optional.empty(), call));
  }

  /** A call of the operator API, as the edge takes it. */
  void operatorCall(Connection.Side side, byte[] body, MediaType type, Client client) {
    Optional<Refusal> elsewhere = unlessLeading("/api/v1");
    if (elsewhere.isPresent()) {
      answer(side, client, elsewhere.get());
      return;
    }
    io.meseta.api.v1.master.Call call;
    try {
      call = Codec.decode(body, io.meseta.api.v1.master.Call.getDefaultInstance(), type);
    } catch (DecodeException e) {
      throw new Violation("an operator's call cannot be read", e, host.name);
    }
    Optional<String> invalid = OperatorCallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      answer(side, client, new Refusal(400, invalid.get(), null));
      return;
    }
    long id = park(side, client, type);
    host.post(at -> new MasterEvent.OperatorCallReceived(at, id, call));
  }

  /** Until it is answered, or the client leaves. */
  private long park(Connection.Side side, Client client, MediaType type) {
    long id = ++nextId;
    exchanges.put(id, new Pending(side, client, type));
    side.listen(reason -> {
      if (exchanges.remove(id) != null) {
        host.post(at -> new MasterEvent.ExchangeClosed(at, id));
      }
    });
    return id;
  }

  private record Refusal(int status, String text, @Nullable String location) {}

  private Optional<Refusal> unlessLeading(String path) {
    if (host.isLeading()) {
      return Optional.empty();
    }
    if (host.isRecovering()) {
      return Optional.of(new Refusal(503, "The master recovers", null));
    }
    Optional<MasterInfo> leader = host.publishedLeader();
    return Optional.of(
        leader.isPresent()
            ? new Refusal(
                307, "", "//" + leader.get().getHostname() + ":" + leader.get().getPort() + path)
            : new Refusal(503, "No leader is known", null));
  }

  private static void answer(Connection.Side side, Client client, Refusal refusal) {
    side.send(
        100 + refusal.text.length(),
        () -> client.answered(refusal.status, refusal.text, Optional.ofNullable(refusal.location)));
  }

  void reply(long exchange, int status, String text) {
    Pending pending = exchanges.remove(exchange);
    if (pending != null) {
      answer(pending.side, pending.client, new Refusal(status, text, null));
    }
  }

  // ---- event streams ----

  void openStream(long exchange, String streamId) {
    checks.streamOpened(streamId);
    Pending pending = exchanges.remove(exchange);
    if (pending == null) {
      closed(streamId, "the client left");
      return;
    }
    streams.put(streamId, pending);
    pending.side.listen(reason -> {
      streams.remove(streamId);
      closed(streamId, reason);
    });
    pending.side.send(100, () -> pending.client.opened(streamId));
  }

  private void closed(String streamId, String reason) {
    host.post(at -> new MasterEvent.StreamClosed(at, streamId, reason));
  }

  void sendToFramework(String streamId, Event event) {
    Pending stream = streams.get(streamId);
    if (stream != null) {
      byte[] record = Codec.encode(event, stream.answers);
      stream.side.send(record.length, () -> stream.client.received(record));
    }
  }

  void closeStream(String streamId) {
    Pending stream = streams.get(streamId);
    if (stream != null) {
      stream.side.finish("the stream has ended");
    }
  }

  // ---- agent links ----

  /** An agent has sent the head of its request. */
  void openLink(Connection.Side side, Agent agent, LinkTaker taker) {
    Optional<Refusal> elsewhere = unlessLeading("/api/v1/agent-link");
    if (elsewhere.isPresent()) {
      side.send(100, () -> agent.refused("HTTP " + elsewhere.get().status));
      return;
    }
    long id = ++nextId;
    links.put(id, new Link(side, agent));
    side.listen(reason -> {
      links.remove(id);
      host.post(at -> new MasterEvent.LinkClosed(at, id, reason));
    });
    side.send(100, agent::opened);
    taker.taken(id);
  }

  /** Is told under which id the master knows the link. */
  interface LinkTaker {
    void taken(long id);
  }

  /** A record has come up a link. */
  void received(long link, byte[] record) {
    if (!links.containsKey(link)) {
      return;
    }
    AgentMessage message;
    try {
      message = AgentMessage.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("an agent's message cannot be read", e, host.name);
    }
    host.world.trace().arrived(message, record);
    host.post(at -> new MasterEvent.AgentMessageReceived(at, link, message));
  }

  void sendToAgent(long linkId, MasterMessage message) {
    Link link = links.get(linkId);
    if (link != null) {
      byte[] record = message.toByteArray();
      link.side.send(record.length, () -> link.agent.received(record));
    }
  }

  void closeLink(long linkId, String reason) {
    Link link = links.get(linkId);
    if (link != null) {
      link.side.finish(reason);
    }
  }

  // ---- everything ----

  void dropEverything(String reason) {
    new ArrayList<>(streams.values()).forEach(stream -> stream.side.abort(reason));
    new ArrayList<>(links.values()).forEach(link -> link.side.abort(reason));
    new ArrayList<>(exchanges.keySet())
        .forEach(id -> reply(id, 503, "This master does not lead: " + reason));
  }
}
