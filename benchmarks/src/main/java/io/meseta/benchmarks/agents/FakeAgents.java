package io.meseta.benchmarks.agents;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.link.v1.Register;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ClientResponse;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.DuplexCall;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.StreamListener;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Agents that register, answer every ping, and do nothing else; each has its own connection. */
final class FakeAgents implements AutoCloseable {

  /** So many may be on their way in; more would not fit into the queue of the listening socket. */
  private static final int AT_ONCE = 200;

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Resources RESOURCES = Resources.of("cpus:20;mem:10240;disk:100000");
  private static final byte[] PONG =
      AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()).build().toByteArray();

  private final HttpClient client = new HttpClient(HttpClientOptions.defaults());
  private final Semaphore entering = new Semaphore(AT_ONCE);
  private final List<DuplexCall> links = new ArrayList<>();
  private final AtomicLong pings = new AtomicLong();
  private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();

  /** Lets so many agents register; returns when all of them have. */
  void register(int count, int port) throws IOException, InterruptedException {
    URI master = URI.create("http://127.0.0.1:" + port + "/api/v1/agent-link");
    Headers headers = Headers.of("Content-Type", MediaType.PROTOBUF.headerValue());
    for (int i = 0; i < count; i++) {
      enter(1);
      Link link = new Link();
      DuplexCall call = client.openDuplex(master, headers, link);
      link.call.complete(call);
      links.add(call);
      boolean unused = call.send(registration(i));
    }
    enter(AT_ONCE);
    entering.release(AT_ONCE);
  }

  private void enter(int permits) throws IOException, InterruptedException {
    if (!entering.tryAcquire(permits, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException(
          "agents are not let in within " + PATIENCE.toSeconds() + " s: is the machine busy?");
    }
    requireAll();
  }

  /**
   * Checks that all of them are there.
   *
   * @throws IOException if one has lost its connection
   */
  void requireAll() throws IOException {
    String first = lost.peek();
    if (first != null) {
      throw new IOException(
          lost.size() + " agents were disconnected (is the machine busy?): " + first);
    }
  }

  /** How many pings have been answered so far. */
  long pings() {
    return pings.get();
  }

  private static byte[] registration(int number) {
    Register.Builder register =
        Register.newBuilder().setVersion("1").setProcessId("process" + number).setIp("127.0.0.1");
    register
        .getAgentBuilder()
        .setHostname("agent" + number)
        .setPort(5051)
        .addAllResources(RESOURCES.toProto(ReservationFormat.REFINED));
    return AgentMessage.newBuilder().setRegister(register).build().toByteArray();
  }

  /** Closes all connections. */
  void disconnect() {
    links.forEach(DuplexCall::abort);
  }

  @Override
  public void close() {
    disconnect();
    client.close();
  }

  /** One agent's connection. */
  private final class Link implements StreamListener {
    private final CompletableFuture<DuplexCall> call = new CompletableFuture<>();

    @Override
    public void onOpen(Headers headers) {}

    @Override
    public void onRefused(ClientResponse response) {}

    @Override
    public void onRecord(byte[] record) {
      MasterMessage message = parsed(record);
      if (message.hasRegistered()) {
        entering.release();
      } else if (message.hasPing()) {
        pings.incrementAndGet();
        var unused = call.thenAccept(open -> open.send(PONG));
      }
    }

    @Override
    public void onClosed(CloseReason reason) {
      lost.add(reason.toString());
    }
  }

  private static MasterMessage parsed(byte[] record) {
    try {
      return MasterMessage.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what the master says cannot be read", e);
    }
  }
}
