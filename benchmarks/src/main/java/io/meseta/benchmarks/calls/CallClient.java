package io.meseta.benchmarks.calls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The cheapest client there can be: one thread, prepared requests, one at a time on each of some
 * connections. What is measured with it is the server.
 */
public final class CallClient implements AutoCloseable {

  private static final byte[] ACCEPTED = "HTTP/1.1 202 ".getBytes(US_ASCII);
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(US_ASCII);
  private static final int ANSWER_BYTES = 4 * 1024;

  private static final class Connection {
    final SocketChannel channel;
    final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
    int sent;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  private final Selector selector = Selector.open();
  private final List<Connection> connections = new ArrayList<>();
  private final List<ByteBuffer> requests;

  /**
   * Connects.
   *
   * @param requests whole ones, each of which is answered with 202; a connection sends them by
   *     turns
   */
  public CallClient(InetSocketAddress server, int count, List<byte[]> requests) throws IOException {
    this.requests =
        requests.stream()
            .map(bytes -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip())
            .toList();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(server);
      channel.socket().setTcpNoDelay(true);
      channel.configureBlocking(false);
      Connection connection = new Connection(channel);
      channel.register(selector, SelectionKey.OP_READ, connection);
      connections.add(connection);
    }
  }

  /**
   * Sends calls for so long, each when the one before on its connection was answered.
   *
   * @return how many were answered per second
   * @throws IOException if one is answered with something else than 202
   */
  public double run(long durationNs) throws IOException {
    long begin = System.nanoTime();
    long end = begin + durationNs;
    for (Connection connection : connections) {
      send(connection);
    }
    long answered = 0;
    int open = connections.size();
    while (open > 0) {
      boolean goesOn = System.nanoTime() < end;
      List<Connection> ready = new ArrayList<>(connections.size());
      selector.select(key -> ready.add((Connection) key.attachment()));
      for (Connection connection : ready) {
        if (!isAnswered(connection)) {
          continue;
        }
        answered++;
        if (goesOn) {
          send(connection);
        } else {
          open--;
        }
      }
    }
    return answered * 1e9 / (System.nanoTime() - begin);
  }

  /**
   * Sends one call on the first connection.
   *
   * @return how many milliseconds it took until it was answered
   * @throws IOException if it is answered with something else than 202
   */
  public double millis() throws IOException {
    Connection connection = connections.get(0);
    long begin = System.nanoTime();
    send(connection);
    boolean answered = false;
    while (!answered) {
      int unused = selector.select(key -> {});
      answered = isAnswered(connection);
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private void send(Connection connection) throws IOException {
    ByteBuffer request = requests.get(connection.sent % requests.size()).duplicate();
    connection.sent++;
    while (request.hasRemaining()) {
      connection.channel.write(request);
    }
  }

  private static boolean isAnswered(Connection connection) throws IOException {
    ByteBuffer answer = connection.answer;
    if (connection.channel.read(answer) < 0) {
      throw new EOFException("The server closed a connection");
    }
    if (!endsWithHead(answer)) {
      return false;
    }
    if (!startsWith(answer, ACCEPTED)) {
      throw new IOException("Not accepted: " + US_ASCII.decode(answer.flip()));
    }
    answer.clear();
    return true;
  }

  private static boolean endsWithHead(ByteBuffer answer) {
    int from = answer.position() - HEAD_END.length;
    return from > 0 && matches(answer, from, HEAD_END);
  }

  private static boolean startsWith(ByteBuffer answer, byte[] begin) {
    return answer.position() >= begin.length && matches(answer, 0, begin);
  }

  private static boolean matches(ByteBuffer answer, int from, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (answer.get(from + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.channel.close();
    }
    selector.close();
  }
}
