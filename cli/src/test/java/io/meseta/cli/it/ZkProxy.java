package io.meseta.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a daemon and a server, as a network that can swallow everything without telling
 * either side.
 */
final class ZkProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int serverPort;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean paused;

  ZkProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    run("zk-proxy-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on nothing arrives, in either direction; connections stay as they are. */
  void pause() {
    paused = true;
  }

  /** Breaks all connections; new ones are served again. */
  void resume() {
    paused = false;
    closeAll();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      sockets.add(client);
      try {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        sockets.add(server);
        run("zk-proxy-up", () -> copy(client, server));
        run("zk-proxy-down", () -> copy(server, client));
      } catch (IOException serverIsDown) {
        client.close();
      }
    }
  }

  private void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      byte[] buffer = new byte[64 * 1024];
      int read = from.getInputStream().read(buffer);
      while (read >= 0) {
        if (!paused) {
          to.getOutputStream().write(buffer, 0, read);
        }
        read = from.getInputStream().read(buffer);
      }
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void run(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A socket was closed by one side or by the test: the thread's end.
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void closeAll() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a socket that cannot be closed", e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closeAll();
  }
}
