package io.meseta.agent.container.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bad line to a registry: slow, stalling, cut, or with somebody else at its end. */
final class TestProxy implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TestProxy.class);
  private static final int CHUNK = 16 * 1024;

  private final int target;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong passed = new AtomicLong();
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile long stallAfter = Long.MAX_VALUE;
  private volatile long cutEvery = Long.MAX_VALUE;
  private volatile String answer = "";

  TestProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    run(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** So many bytes pass in a second. */
  TestProxy slow(long bytes) {
    bytesPerSecond = bytes;
    return this;
  }

  /** After so many bytes none pass, until this is said again. */
  TestProxy stallAfter(long bytes) {
    stallAfter = bytes;
    return this;
  }

  /** A connection ends after so many bytes. */
  TestProxy cutEvery(long bytes) {
    cutEvery = bytes;
    return this;
  }

  /** All are answered so, and nothing passes; empty: no more. */
  TestProxy answer(String text) {
    answer = text;
    return this;
  }

  int connections() {
    return connections.get();
  }

  /** Work on sockets. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void run(Work work) {
    threads.execute(() -> {
      try {
        work.run();
      } catch (IOException e) {
        log.debug("a connection has ended", e);
      }
    });
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      open.add(client);
      connections.incrementAndGet();
      run(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      if (!answer.isEmpty()) {
        // The request has to be read, or closing would reset the connection before the answer.
        client.getInputStream().read(new byte[CHUNK]);
        client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        return;
      }
      try (Socket registry = new Socket(InetAddress.getLoopbackAddress(), target)) {
        run(() -> {
          try (registry) {
            client.getInputStream().transferTo(registry.getOutputStream());
          }
        });
        copy(registry.getInputStream(), client.getOutputStream());
      }
    } finally {
      open.remove(client);
    }
  }

  private void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[CHUNK];
    long ofThis = 0;
    int read;
    while ((read = from.read(buffer)) >= 0) {
      while (passed.get() >= stallAfter && !server.isClosed()) {
        LockSupport.parkNanos(10_000_000);
      }
      if (bytesPerSecond != Long.MAX_VALUE) {
        LockSupport.parkNanos(read * 1_000_000_000L / bytesPerSecond);
      }
      to.write(buffer, 0, read);
      passed.addAndGet(read);
      ofThis += read;
      if (ofThis >= cutEvery) {
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket each : open) {
      each.close();
    }
    threads.shutdownNow();
  }
}
