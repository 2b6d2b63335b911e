package io.meseta.common.testing;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * Sends fuzzed requests to a daemon, several at a time, each on a connection of its own, and keeps
 * what was answered with something else than a reason: any 5xx but 501 and 503, or nothing at all.
 * Some come in pieces, some twice in a row before there is an answer; behind each its client closes
 * its side.
 *
 * <p>How many there are by default, {@link #REQUESTS}, is for each build; the system property
 * {@code meseta.fuzz.requests} says another number, and {@code meseta.fuzz.seed} another first
 * seed.
 */
public final class FuzzRun {

  /** How many requests a test makes. */
  public static final int REQUESTS = Integer.getInteger("meseta.fuzz.requests", 10_000);

  private static final long FIRST_SEED = Long.getLong("meseta.fuzz.seed", 0);
  private static final int CLIENTS = 4;

  private final int port;
  private final LongFunction<byte[]> requests;
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Map<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();

  /**
   * @param requests the request of a seed, whole; called by several threads
   */
  public FuzzRun(int port, LongFunction<byte[]> requests) {
    this.port = port;
    this.requests = requests;
  }

  /** Sends the requests of these seeds, of the run's own; returns when all are answered. */
  public void send(long from, long to) throws InterruptedException {
    AtomicLong next = new AtomicLong(FIRST_SEED + from);
    long endSeed = FIRST_SEED + to;
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client =
          new Thread(() -> {
            for (long seed = next.getAndIncrement();
                seed < endSeed;
                seed = next.getAndIncrement()) {
              send(seed);
            }
          });
      client.start();
      clients.add(client);
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private void send(long seed) {
    byte[] request = new byte[0];
    try (RawClient client = new RawClient(port)) {
      request = requests.apply(seed);
      send(client, request, new Random(seed));
      RawClient.Answer answer = client.readHead();
      count(answer.status());
      boolean expected = answer.status() < 500 || answer.status() == 501 || answer.status() == 503;
      if (!expected) {
        wrong.add(answer.status() + " for seed " + seed + ": " + shown(request));
      }
    } catch (EOFException | SocketException e) {
      // The request was cut off, and there is nobody to answer; or it was refused, by its head or
      // its first part, before all of it was sent, and the refusal is lost.
      count(0);
    } catch (IOException | RuntimeException e) {
      wrong.add(e + " for seed " + seed + ": " + shown(request));
    }
  }

  /** Whatever it does, in the end nothing more comes: what was cut off is not waited for. */
  private static void send(RawClient client, byte[] request, Random random) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> {
        int middle = random.nextInt(request.length + 1);
        client.send(Arrays.copyOf(request, middle));
        client.send(Arrays.copyOfRange(request, middle, request.length));
      }
      case 1 -> client.send(request).send(request);
      default -> client.send(request);
    }
    client.socket().shutdownOutput();
  }

  private void count(int status) {
    answers.computeIfAbsent(status, unused -> new AtomicInteger()).incrementAndGet();
  }

  private static String shown(byte[] request) {
    return HexFormat.of().formatHex(request, 0, Math.min(request.length, 500));
  }

  /** What should not have been, with the seed that makes it again. */
  public List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** How often each status was answered; 0 is a request that was cut off. */
  public Map<Integer, Integer> answers() {
    Map<Integer, Integer> counts = new TreeMap<>();
    answers.forEach((status, count) -> counts.put(status, count.get()));
    return counts;
  }

  /** The heap in use, after everything that nobody holds has been given back. */
  public static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
