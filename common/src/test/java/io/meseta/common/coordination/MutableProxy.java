package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and a server and can swallow the server's answers. */
final class MutableProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean muted;
  private volatile String marker = "";

  MutableProxy(int serverPort) throws IOException {
    this.serverPort = serverPort;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    run("proxy-accept", this::accept);
  }

  ZkUrl url(String path) {
    return ZkUrl.parse("zk://127.0.0.1:" + listener.getLocalPort() + path);
  }

  /** From now on requests arrive and answers do not. */
  void mute() {
    muted = true;
  }

  /** Mutes just before the first request that holds the marker is handed on. */
  void muteWhenSent(String text) {
    marker = text;
  }

  /** Breaks all connections; new ones are served again. */
  void cutAndUnmute() {
    closeAll();
    marker = "";
    muted = false;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      sockets.add(client);
      try {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        sockets.add(server);
        run("proxy-up", () -> copy(client, server, false));
        run("proxy-down", () -> copy(server, client, true));
      } catch (ConnectException e) {
        // The server is stopped: the client sees a connection that breaks.
        client.close();
      }
    }
  }

  private void copy(Socket from, Socket to, boolean answers) throws IOException {
    try (from;
        to) {
      byte[] buffer = new byte[64 * 1024];
      int read = from.getInputStream().read(buffer);
      while (read >= 0) {
        String trigger = marker;
        if (!answers
            && !trigger.isEmpty()
            && new String(buffer, 0, read, ISO_8859_1).contains(trigger)) {
          muted = true;
        }
        if (!(answers && muted)) {
          to.getOutputStream().write(buffer, 0, read);
        }
        read = from.getInputStream().read(buffer);
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void run(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A socket was closed by the other side or by the test: the thread's end.
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
        throw new AssertionError("a socket that cannot be closed", e);
      }
    }
    sockets.clear();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closeAll();
  }
}
