package io.meseta.testkit.simulation.world;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One connection between a client and a server. */
public final class Connection {

  /** Is told the end of a connection, once, whoever ended it. */
  public interface Listener {
    void closed(String reason);
  }

  private record Packet(long arrivesNs, int bytes, Runnable atTheOther) {}

  /** Buffers of a sender and its receiver together. */
  private static final long BUFFER_BYTES = 1 << 20;

  private static final Duration STALL_LIMIT = Duration.ofMinutes(2);

  private final Network network;
  private final long number;
  private final Side client;
  private final Side server;

  Connection(Network network, long number, int clientHost, int serverHost, Listener listener) {
    this.network = network;
    this.number = number;
    this.client = new Side(clientHost);
    this.server = new Side(serverHost);
    client.listener = listener;
    client.process = network.process(clientHost);
    server.process = -1;
  }

  /** The side that connected. */
  public Side client() {
    return client;
  }

  /** The side that was connected to. */
  public Side server() {
    return server;
  }

  void processDied(int host, boolean telling) {
    Side dead = client.host == host ? client : server;
    dead.open = false;
    dead.out.clear();
    if (telling) {
      dead.other().learn("connection reset by peer", network.delay());
    }
  }

  /** One end, with what it has sent and the other has not taken yet. */
  public final class Side {
    private final int host;
    private final ArrayDeque<Packet> out = new ArrayDeque<>();
    private @Nullable Listener listener;
    private long process;
    private boolean open = true;
    private boolean finished;
    private boolean broken;
    private boolean reading = true;
    private boolean waiting;
    private boolean watched;
    private long waitingBytes;
    private long lastArrivalNs;
    private long taken;

    private Side(int host) {
      this.host = host;
    }

    private Side other() {
      return this == client ? server : client;
    }

    /** Who is to be told the end; for the server's side, when it takes the connection. */
    public void listen(Listener newListener) {
      listener = newListener;
    }

    /** Whether it can still send. */
    public boolean isOpen() {
      return open && !finished;
    }

    /** On which host it is. */
    public int host() {
      return host;
    }

    /**
     * Sends something. A receiver that does not take what was sent is disconnected.
     *
     * @param bytes how large it is
     * @param atTheOther what happens when it arrives
     */
    public void send(int bytes, Runnable atTheOther) {
      if (!isOpen()) {
        return;
      }
      if (waitingBytes + bytes > BUFFER_BYTES) {
        abort("the reader is too slow");
        return;
      }
      if (!broken && network.losesMessage()) {
        breakDown();
      }
      enqueue(bytes, atTheOther);
    }

    private void enqueue(int bytes, Runnable atTheOther) {
      long arrives = Math.max(lastArrivalNs, network.agenda.now() + network.delay());
      lastArrivalNs = arrives;
      out.add(new Packet(arrives, bytes, atTheOther));
      waitingBytes += bytes;
      if (broken || waiting || !other().reading) {
        watch();
      } else {
        network.agenda.at(arrives, this::deliver);
      }
    }

    /** A message is lost, and the connection with it. */
    private void breakDown() {
      broken = true;
      other().broken = true;
      long here = network.newsOfLoss();
      if (here >= 0) {
        network.agenda.after(here, () -> told("connection timed out"));
      }
      long there = network.newsOfLoss();
      if (there >= 0) {
        network.agenda.after(there, () -> other().told("connection timed out"));
      }
    }

    /** What has arrived at the other side is taken there. */
    private void deliver() {
      while (!out.isEmpty() && out.peek().arrivesNs <= network.agenda.now()) {
        if (broken || !other().reading) {
          watch();
          return;
        }
        if (network.isBlocked(host, other().host)) {
          waitForHeal();
          return;
        }
        Packet packet = out.remove();
        waitingBytes -= packet.bytes;
        taken++;
        if (!reachesTheOther()) {
          return;
        }
        packet.atTheOther.run();
      }
    }

    private void waitForHeal() {
      if (!waiting) {
        waiting = true;
        watch();
        network.whenHealed(this::healed);
      }
    }

    private void healed() {
      waiting = false;
      if (network.isBlocked(host, other().host)) {
        waitForHeal();
      } else if (open && network.breaksWhenHealed()) {
        breakDown();
      } else {
        long now = network.agenda.now();
        lastArrivalNs = Math.max(lastArrivalNs, now);
        deliver();
        for (Packet late : out) {
          network.agenda.at(late.arrivesNs, this::deliver);
        }
      }
    }

    /** A connection that was never taken is taken with its first message. */
    private boolean reachesTheOther() {
      Side other = other();
      if (other.process < 0) {
        if (!network.isListening(other.host)) {
          if (network.isPowered(other.host)) {
            learn("connection refused", network.delay());
          }
          return false;
        }
        other.process = network.process(other.host);
        network.accepted(Connection.this, other.host);
      }
      if (other.open && network.isRunning(other.host, other.process)) {
        return true;
      }
      if (network.isPowered(other.host)) {
        learn("connection reset by peer", network.delay());
      }
      return false;
    }

    /** Whoever sends and is not read learns it after a while. */
    private void watch() {
      if (!watched && open) {
        watched = true;
        long before = taken;
        network.agenda.after(STALL_LIMIT.toNanos(), () -> checkStall(before));
      }
    }

    private void checkStall(long before) {
      watched = false;
      if (!open || out.isEmpty()) {
        return;
      }
      if (taken == before) {
        abort("the reader has taken nothing for " + STALL_LIMIT.toSeconds() + " s");
      } else {
        watch();
      }
    }

    /** Takes nothing more until {@link #resume}. */
    public void pause() {
      reading = false;
    }

    /** Takes again what the other side sends. */
    public void resume() {
      if (!reading) {
        reading = true;
        Side sender = other();
        network.agenda.after(0, sender::deliver);
        for (Packet late : sender.out) {
          network.agenda.at(late.arrivesNs, sender::deliver);
        }
      }
    }

    /** Ends the connection cleanly, after everything that was sent. */
    public void finish(String reason) {
      if (!isOpen()) {
        return;
      }
      enqueue(
          1,
          () -> {
            other().told(reason);
            told(reason);
          });
      finished = true;
    }

    /** Drops the connection. What was sent may not arrive. */
    public void abort(String reason) {
      if (!open) {
        return;
      }
      network.agenda.after(0, () -> tellOwner(reason));
      shut();
      if (!broken) {
        other().learn("connection reset by peer", network.delay());
      }
    }

    /** News of the end comes over the network, if that lets it pass. */
    private void learn(String reason, long delayNs) {
      network.agenda.after(delayNs, () -> learnNow(reason));
    }

    private void learnNow(String reason) {
      if (!open) {
        return;
      }
      if (network.isBlocked(other().host, host)) {
        network.whenHealed(() -> learnNow(reason));
      } else {
        told(reason);
      }
    }

    private void told(String reason) {
      if (open) {
        shut();
        tellOwner(reason);
      }
    }

    private void shut() {
      open = false;
      out.clear();
      waitingBytes = 0;
      network.ended(Connection.this, host);
    }

    private void tellOwner(String reason) {
      Listener told = listener;
      listener = null;
      if (told != null && (process < 0 || network.isRunning(host, process))) {
        told.closed(reason);
      }
    }

    @Override
    public String toString() {
      return "connection " + number + " at host " + host;
    }
  }
}
