package io.meseta.testkit.simulation.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.LeaderAddress;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.testkit.simulation.world.Connection;
import io.meseta.testkit.simulation.world.Violation;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An agent's links to masters, by the ids under which its core knows them. */
final class AgentLinks {
  private static final int HEAD_BYTES = 200;

  private final AgentHost host;
  private final TreeMap<Long, Link> links = new TreeMap<>();

  AgentLinks(AgentHost host) {
    this.host = host;
  }

  void forget() {
    links.clear();
  }

  void open(long linkId, LeaderAddress leader) {
    MasterHost master = host.world.addresses().master(leader.host());
    if (master == null) {
      throw new Violation(host + " connects to " + leader + ", where no master is", host.name);
    }
    Link link = new Link(linkId, master);
    links.put(linkId, link);
    link.connect();
  }

  void send(long linkId, AgentMessage message) {
    Link link = links.get(linkId);
    if (link != null) {
      link.send(message.toByteArray());
    }
  }

  void close(long linkId) {
    Link link = links.get(linkId);
    if (link != null) {
      link.side().abort("closed by the agent");
    }
  }

  /** One link. */
  private final class Link implements MasterConnections.Agent {
    private final long id;
    private final MasterHost master;
    private @Nullable Connection connection;
    private long atMaster = -1;
    private String refusal = "";

    Link(long id, MasterHost master) {
      this.id = id;
      this.master = master;
    }

    private Connection.Side side() {
      Connection open = connection;
      if (open == null) {
        throw new IllegalStateException("a link that was not connected");
      }
      return open.client();
    }

    void connect() {
      Connection made = host.world.network().connect(host.number, master.number, this::closed);
      connection = made;
      made.client()
          .send(
              HEAD_BYTES,
              () -> master.connections().openLink(made.server(), this, at -> atMaster = at));
    }

    void send(byte[] record) {
      side().send(record.length, () -> master.connections().received(atMaster, record));
    }

    private void closed(String reason) {
      links.remove(id);
      String why = refusal.isEmpty() ? reason : refusal;
      host.post(at -> new AgentEvent.LinkClosed(at, id, why));
    }

    @Override
    public void opened() {
      host.post(at -> new AgentEvent.LinkOpened(at, id));
    }

    @Override
    public void refused(String reason) {
      refusal = reason;
      side().abort(reason);
    }

    @Override
    public void received(byte[] record) {
      MasterMessage message;
      try {
        message = MasterMessage.parseFrom(record);
      } catch (InvalidProtocolBufferException e) {
        throw new Violation("a master's message cannot be read", e, host.name);
      }
      host.checks().hears(message);
      host.world.trace().arrived(message, record);
      host.post(at -> new AgentEvent.MasterMessageReceived(at, id, message));
    }
  }
}
