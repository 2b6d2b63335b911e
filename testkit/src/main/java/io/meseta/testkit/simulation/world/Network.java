package io.meseta.testkit.simulation.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * A network of hosts with connections like those of TCP: what is sent on one arrives in order or
 * not at all; between connections nothing is in order.
 *
 * <p>What goes wrong: delays; a message that is lost takes its connection with it, and each side
 * learns of that at another time or never; a direction between two hosts that is blocked holds back
 * what is on the way, which arrives late when it is free again, or finds the connection broken.
 */
public final class Network {

  /**
   * How bad the network is.
   *
   * @param typical a message's usual time on the way, at most
   * @param slowShare of the messages take longer
   * @param slow how long these take, at most
   * @param lossShare of the messages are lost, with their connection
   */
  public record Quality(Duration typical, double slowShare, Duration slow, double lossShare) {
    /** A local network in good order. */
    public static final Quality GOOD = new Quality(Duration.ofMillis(2), 0, Duration.ZERO, 0);
  }

  private static final long FASTEST_NS = 50_000;
  private static final Duration NEWS_OF_LOSS = Duration.ofSeconds(5);

  final Agenda agenda;
  private final Draw draw;
  private final TreeMap<Integer, Machine> machines = new TreeMap<>();
  private final TreeMap<Long, Integer> blocked = new TreeMap<>();
  private final Set<Runnable> waitingForHeal = new LinkedHashSet<>();
  private Quality quality = Quality.GOOD;
  private long nextConnection;

  /** A host as the network sees it. */
  private static final class Machine {
    boolean running;
    boolean powered = true;
    long process;
    final Set<Connection> connections = new LinkedHashSet<>();
  }

  public Network(Agenda agenda, Draw draw) {
    this.agenda = agenda;
    this.draw = draw;
  }

  public void setQuality(Quality better) {
    quality = better;
  }

  // ---- hosts ----

  /** A process starts on this host: it can connect and be connected to. */
  public void processStarted(int host) {
    Machine machine = machine(host);
    machine.running = true;
    machine.powered = true;
    machine.process++;
  }

  /** The process is gone; its machine goes on, and tells its peers that nobody is there. */
  public void processDied(int host) {
    end(host, true);
  }

  /** The machine is gone without a word. */
  public void machineDied(int host) {
    machine(host).powered = false;
    end(host, false);
  }

  private void end(int host, boolean telling) {
    Machine machine = machine(host);
    machine.running = false;
    for (Connection connection : new ArrayList<>(machine.connections)) {
      connection.processDied(host, telling);
    }
    machine.connections.clear();
  }

  boolean isRunning(int host, long process) {
    Machine machine = machine(host);
    return machine.running && machine.process == process;
  }

  boolean isPowered(int host) {
    return machine(host).powered;
  }

  boolean isListening(int host) {
    return machine(host).running;
  }

  long process(int host) {
    return machine(host).process;
  }

  private Machine machine(int host) {
    return machines.computeIfAbsent(host, ignored -> new Machine());
  }

  // ---- connections ----

  /**
   * Begins to connect. What is sent at once is sent when the other side has taken the connection.
   *
   * @param listener told that the connection could not be made, or has ended; once
   */
  public Connection connect(int client, int server, Connection.Listener listener) {
    Connection connection = new Connection(this, nextConnection++, client, server, listener);
    machine(client).connections.add(connection);
    return connection;
  }

  void accepted(Connection connection, int server) {
    machine(server).connections.add(connection);
  }

  void ended(Connection connection, int host) {
    machine(host).connections.remove(connection);
  }

  // ---- what goes wrong ----

  long delay() {
    long most = draw.chance(quality.slowShare) ? quality.slow.toNanos() : quality.typical.toNanos();
    return draw.between(FASTEST_NS, Math.max(FASTEST_NS, most));
  }

  boolean losesMessage() {
    return draw.chance(quality.lossShare);
  }

  /** When one side learns that its connection has broken; negative is never. */
  long newsOfLoss() {
    return draw.chance(0.3) ? -1 : draw.exponential(NEWS_OF_LOSS);
  }

  boolean breaksWhenHealed() {
    return draw.chance(0.3);
  }

  private static long pair(int from, int to) {
    return ((long) from << 32) | to;
  }

  /** Nothing passes from here to there any more, until {@link #unblock} as often. */
  public void block(int from, int to) {
    blocked.merge(pair(from, to), 1, Integer::sum);
  }

  /** The opposite of one {@link #block}. */
  public void unblock(int from, int to) {
    blocked.computeIfPresent(pair(from, to), (key, count) -> count == 1 ? null : count - 1);
    retryWaiting();
  }

  /** Everything passes again. */
  public void unblockAll() {
    blocked.clear();
    retryWaiting();
  }

  /** Whether nothing passes from here to there. */
  public boolean isBlocked(int from, int to) {
    return !blocked.isEmpty() && blocked.containsKey(pair(from, to));
  }

  void whenHealed(Runnable retry) {
    waitingForHeal.add(retry);
  }

  private void retryWaiting() {
    List<Runnable> waiting = new ArrayList<>(waitingForHeal);
    waitingForHeal.clear();
    waiting.forEach(retry -> agenda.after(delay(), retry));
  }
}
