package io.meseta.testkit.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP client made of a plain socket: it sends and shows exactly what is on the wire. */
final class WireClient implements AutoCloseable {

  /**
   * An answer.
   *
   * @param statusLine as it came
   * @param headers by name in lower case
   * @param body empty where only the head was read
   */
  record Answer(String statusLine, Map<String, String> headers, String body) {
    int status() {
      return Integer.parseInt(statusLine.split(" ", -1)[1]);
    }

    /** The value, or "" if there is no such header. */
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    boolean has(String name) {
      return headers.containsKey(name.toLowerCase(Locale.ROOT));
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Socket socket;
  private final InputStream in;

  WireClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Takes over a socket, which may be one with small buffers. */
  WireClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One request on a connection of its own. */
  static Answer ask(int port, String request) throws IOException {
    try (WireClient client = new WireClient(port)) {
      return client.send(request).read();
    }
  }

  /** One GET on a connection of its own. */
  static Answer get(int port, String target) throws IOException {
    return ask(port, "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  /**
   * The text of a POST with a length.
   *
   * @param headers lines, each with its line end
   */
  static String post(String target, String headers, String body) {
    return "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(target, headers, body.getBytes(StandardCharsets.ISO_8859_1).length, body);
  }

  WireClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  WireClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Socket socket() {
    return socket;
  }

  /** A whole answer that has a length, or the head of one that is chunked. */
  Answer read() throws IOException {
    String statusLine = readLine();
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String length = headers.getOrDefault("content-length", "0");
    byte[] body = readExactly(Integer.parseInt(length));
    return new Answer(statusLine, headers, new String(body, StandardCharsets.UTF_8));
  }

  /** One chunk of a chunked answer; the final one has no byte. */
  byte[] readChunk() throws IOException {
    byte[] chunk = readExactly(Integer.parseInt(readLine(), 16));
    if (!readLine().isEmpty()) {
      throw new IOException("No line end after a chunk");
    }
    return chunk;
  }

  /**
   * Everything until the server closes, which it has to do in time; a reset counts as closing.
   *
   * @return how many bytes came
   */
  long readToEnd() throws IOException {
    byte[] buffer = new byte[64 * 1024];
    long count = 0;
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        count += read;
      }
    } catch (java.net.SocketException reset) {
      return count;
    }
    return count;
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("The server closed the connection after: " + line);
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private byte[] readExactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("The server closed the connection within a body");
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
