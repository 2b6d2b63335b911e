package io.meseta.agent.container.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A connection to the engine that has become a stream in both directions, with an end in each.
 *
 * <p>On a socket of its own: the transport of the engine's client copies input on a thread that it
 * owns, cannot end it, and hides the engine's refusals.
 *
 * <p>One thread may read while another one writes; closing ends both.
 */
final class HijackedStream implements AutoCloseable {

  private static final String UNIX = "unix";
  private static final List<String> TCP = List.of("tcp", "http");
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_REFUSAL_BYTES = 10_000;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  private final SocketChannel channel;

  /** Holds what was read and not taken, ready to be taken. */
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

  private HijackedStream(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Connects and asks; blocks until the engine agrees.
   *
   * @throws DockerException if it refuses
   */
  static HijackedStream open(URI host, String path, byte[] json) throws IOException {
    HijackedStream stream = new HijackedStream(SocketChannel.open(addressOf(host)));
    try {
      stream.ask(path, json);
      return stream;
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  /** Whether there is a way to an engine at such an address. */
  static boolean supports(URI host) {
    return UNIX.equals(host.getScheme()) || TCP.contains(String.valueOf(host.getScheme()));
  }

  private static SocketAddress addressOf(URI host) {
    return UNIX.equals(host.getScheme())
        ? UnixDomainSocketAddress.of(host.getPath())
        : new InetSocketAddress(host.getHost(), host.getPort());
  }

  private void ask(String path, byte[] json) throws IOException {
    String head =
        String.join(
            "\r\n",
            "POST " + path + " HTTP/1.1",
            "Host: docker",
            "Connection: Upgrade",
            "Upgrade: tcp",
            "Content-Type: application/json",
            "Content-Length: " + json.length,
            "",
            "");
    write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    write(ByteBuffer.wrap(json));
    String answer = readHead();
    int status = statusOf(answer);
    // Engines of old answer 200 and mean the same.
    if (status != SWITCHING_PROTOCOLS && status != OK) {
      String reason = readRefusal();
      throw status == NOT_FOUND
          ? new NotFoundException(reason)
          : new DockerException(reason, status);
    }
  }

  private String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < END_OF_HEAD.length) {
      if (!buffer.hasRemaining() && !fill()) {
        throw new EOFException("the engine closed the connection");
      }
      byte next = buffer.get();
      head.write(next);
      if (next == END_OF_HEAD[matched]) {
        matched++;
      } else {
        matched = next == END_OF_HEAD[0] ? 1 : 0;
      }
      if (head.size() > MAX_HEAD_BYTES) {
        throw new IOException("the engine's answer has no end");
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static int statusOf(String head) throws IOException {
    String[] words = head.split("[ \r\n]", 3);
    try {
      return Integer.parseInt(words.length > 1 ? words[1] : "");
    } catch (NumberFormatException e) {
      throw new IOException("the engine's answer is not HTTP", e);
    }
  }

  /** As much as has come: the engine's sentence is in its first packet. */
  private String readRefusal() throws IOException {
    if (!buffer.hasRemaining() && !fill()) {
      return "refused without a reason";
    }
    byte[] bytes = new byte[Math.min(buffer.remaining(), MAX_REFUSAL_BYTES)];
    buffer.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private boolean fill() throws IOException {
    buffer.clear();
    int read = channel.read(buffer);
    buffer.flip();
    return read > 0;
  }

  /** What has come; waits for something. Valid until the next call. Empty at the end. */
  ByteBuffer read() throws IOException {
    return read(Integer.MAX_VALUE);
  }

  /** As {@link #read()}, so many bytes at most. */
  ByteBuffer read(int most) throws IOException {
    if (!buffer.hasRemaining() && !fill()) {
      return ByteBuffer.allocate(0);
    }
    int size = Math.min(most, buffer.remaining());
    ByteBuffer piece = buffer.slice(buffer.position(), size);
    buffer.position(buffer.position() + size);
    return piece;
  }

  /**
   * Exactly so many bytes; fewer if the stream ends before.
   *
   * @return a copy
   */
  byte[] readFully(int count) throws IOException {
    byte[] bytes = new byte[count];
    int filled = 0;
    while (filled < count) {
      ByteBuffer piece = read(count - filled);
      if (!piece.hasRemaining()) {
        return Arrays.copyOf(bytes, filled);
      }
      int size = piece.remaining();
      piece.get(bytes, filled, size);
      filled += size;
    }
    return bytes;
  }

  /** Blocks until the engine takes all of it. */
  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The engine reads the end; what it sends goes on. */
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
