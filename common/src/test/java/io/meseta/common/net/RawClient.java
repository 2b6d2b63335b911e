package io.meseta.common.net;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client made of a plain socket: what it sends and reads is exactly what is on the wire. */
final class RawClient implements AutoCloseable {

  /** An answer; a chunked one as its chunks. */
  record Answer(String statusLine, Map<String, String> headers, List<byte[]> chunks) {
    int status() {
      return Integer.parseInt(statusLine.split(" ", -1)[1]);
    }

    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    byte[] body() {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      chunks.forEach(whole::writeBytes);
      return whole.toByteArray();
    }

    String text() {
      return new String(body(), StandardCharsets.UTF_8);
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(15_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  Socket socket() {
    return socket;
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  RawClient get(String target) throws IOException {
    return send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  RawClient post(String target, String body) throws IOException {
    return send(
        "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(target, body.length(), body));
  }

  /** The head only. */
  Answer readHead() throws IOException {
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
  Answer read() throws IOException {
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
  byte[] readChunk() throws IOException {
    byte[] chunk = readExactly(Integer.parseInt(readLine(), 16));
    if (!readLine().isEmpty()) {
      throw new IOException("No line end after a chunk");
    }
    return chunk;
  }

  String readTextChunk() throws IOException {
    return new String(readChunk(), StandardCharsets.UTF_8);
  }

  /** Everything until the server closes; a reset counts as closing. */
  String readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (java.net.SocketException reset) {
      all.writeBytes(new byte[0]);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
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
