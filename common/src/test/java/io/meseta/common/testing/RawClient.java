package io.meseta.common.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An HTTP client made of a plain socket: what it sends and reads is exactly what is on the wire.
 * What does not come within 15 s fails with an exception.
 */
public final class RawClient implements AutoCloseable {

  /**
   * An answer.
   *
   * @param statusLine as it came
   * @param headers by name in lower case
   * @param chunks those of a chunked body, or the whole body as one; empty where only the head was
   *     read
   */
  public record Answer(String statusLine, Map<String, String> headers, List<byte[]> chunks) {
    public int status() {
      return Integer.parseInt(statusLine.split(" ", -1)[1]);
    }

    /** The value, or "" if there is no such header. */
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    public boolean has(String name) {
      return headers.containsKey(name.toLowerCase(Locale.ROOT));
    }

    public byte[] body() {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      chunks.forEach(whole::writeBytes);
      return whole.toByteArray();
    }

    /** The body as UTF-8. */
    public String text() {
      return new String(body(), StandardCharsets.UTF_8);
    }
  }

  private static final int PATIENCE_MS = 60_000;

  private final Socket socket;
  private final InputStream in;

  /** Connects to a port on loopback. */
  public RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Takes over a socket, which may be one with TLS or small buffers. */
  public RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One request, and its whole answer, on a connection of its own. */
  public static Answer ask(int port, String request) throws IOException {
    try (RawClient client = new RawClient(port)) {
      return client.send(request).read();
    }
  }

  /** One GET, and its whole answer, on a connection of its own. */
  public static Answer get(int port, String target) throws IOException {
    try (RawClient client = new RawClient(port)) {
      return client.get(target).read();
    }
  }

  /**
   * The text of a POST with a length.
   *
   * @param headers lines, each with its line end
   * @param body of characters that are a byte each
   */
  public static String postRequest(String target, String headers, String body) {
    return "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(target, headers, body.length(), body);
  }

  public Socket socket() {
    return socket;
  }

  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  public RawClient get(String target) throws IOException {
    return send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  public RawClient post(String target, String body) throws IOException {
    return send(postRequest(target, "", body));
  }

  /** The head only. */
  public Answer readHead() throws IOException {
    String statusLine = readLine();
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(statusLine, headers, List.of());
  }

  /** A whole answer: by length, or all its chunks. */
  public Answer read() throws IOException {
    Answer head = readHead();
    List<byte[]> chunks = new ArrayList<>();
    if (head.header("Transfer-Encoding").equals("chunked")) {
      for (byte[] chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
        chunks.add(chunk);
      }
    } else if (!head.header("Content-Length").isEmpty()) {
      chunks.add(readExactly(Integer.parseInt(head.header("Content-Length"))));
    }
    return new Answer(head.statusLine, head.headers, chunks);
  }

  /** One chunk; the final one has no byte. */
  public byte[] readChunk() throws IOException {
    byte[] chunk = readExactly(Integer.parseInt(readLine(), 16));
    if (!readLine().isEmpty()) {
      throw new IOException("No line end after a chunk");
    }
    return chunk;
  }

  public String readTextChunk() throws IOException {
    return new String(readChunk(), StandardCharsets.UTF_8);
  }

  /** Everything until the server closes; a reset counts as closing. */
  public String readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketException reset) {
      return all.toString(StandardCharsets.ISO_8859_1);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** As {@link #readToEnd}, for any amount: how many bytes came. */
  public long countToEnd() throws IOException {
    byte[] buffer = new byte[64 * 1024];
    long count = 0;
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        count += read;
      }
    } catch (SocketException reset) {
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
