package io.meseta.benchmarks.reads;

import io.meseta.common.codec.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One request on a connection of its own, read to the end by a client that costs next to nothing:
 * it counts bytes.
 */
final class Fetch {

  private static final int BUFFER_BYTES = 256 * 1024;
  private static final double NANOS_PER_MILLI = 1e6;

  private final InetSocketAddress server;
  private final String request;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  private Fetch(InetSocketAddress server, String request) {
    this.server = server;
    this.request = request;
  }

  static Fetch get(InetSocketAddress server, String path) {
    return new Fetch(
        server, "GET " + path + " HTTP/1.1\r\nHost: master\r\nConnection: close\r\n\r\n");
  }

  static Fetch call(InetSocketAddress server, String type, MediaType accept) {
    return post(server, "{\"type\":\"" + type + "\"}", accept);
  }

  /** A call of the operator API as it is. */
  static Fetch post(InetSocketAddress server, String body, MediaType accept) {
    return new Fetch(
        server,
        "POST /api/v1 HTTP/1.1\r\nHost: master\r\nConnection: close\r\nContent-Type: "
            + "application/json\r\nAccept: "
            + accept.headerValue()
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** What a fetch took, and how many bytes came, head and chunks included. */
  record Took(double millis, long bytes) {}

  /**
   * Fetches once; from before the connection is made until the end has come.
   *
   * @throws IOException if the answer is not 200
   */
  Took run() throws IOException {
    long start = System.nanoTime();
    long bytes = 0;
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(server);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
        if (bytes == 0) {
          checkStatus(size);
        }
        bytes += size;
      }
    }
    return new Took((System.nanoTime() - start) / NANOS_PER_MILLI, bytes);
  }

  private void checkStatus(int size) throws IOException {
    String head = new String(buffer, 0, Math.min(size, 15), StandardCharsets.US_ASCII);
    if (!head.startsWith("HTTP/1.1 200")) {
      throw new IOException("not answered: " + head);
    }
  }
}
