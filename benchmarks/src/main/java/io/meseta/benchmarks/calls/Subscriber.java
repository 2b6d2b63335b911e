package io.meseta.benchmarks.calls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A framework that reads its events and does nothing about them. */
public final class Subscriber implements AutoCloseable {

  private static final String FRAMEWORK = "bench-calls";
  private static final long READER_END_SECONDS = 10;

  private final Socket socket;
  private final Thread reader;
  private final String streamId;

  /**
   * Subscribes.
   *
   * @throws IOException if the master refuses that
   */
  public Subscriber(InetSocketAddress master) throws IOException {
    socket = new Socket(master.getAddress(), master.getPort());
    String id = "{\"value\":\"" + FRAMEWORK + "\"}";
    String call =
        "{\"type\":\"SUBSCRIBE\",\"framework_id\":"
            + id
            + ",\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"bench\",\"id\":"
            + id
            + "}}}";
    socket.getOutputStream().write(request("", call));
    streamId = streamIdIn(socket.getInputStream());
    reader = Thread.ofPlatform().daemon().name("bench-events").start(this::readOn);
  }

  private static String streamIdIn(InputStream in) throws IOException {
    BufferedReader head = new BufferedReader(new InputStreamReader(in, US_ASCII), 1);
    String status = head.readLine();
    if (status == null || !status.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("The subscription was refused: " + status);
    }
    String name = "mesos-stream-id:";
    for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
      if (line.regionMatches(true, 0, name, 0, name.length())) {
        return line.substring(name.length()).strip();
      }
    }
    throw new IOException("The subscription has no stream id");
  }

  private void readOn() {
    try {
      byte[] buffer = new byte[64 * 1024];
      while (socket.getInputStream().read(buffer) >= 0) {
        // What comes is of no interest, but if nobody read it the master would drop the stream.
      }
    } catch (IOException closed) {
      // By close(), below; if it is the master who closed, the next call is not accepted.
    }
  }

  /** Prepared calls for {@link CallClient}, to be sent by turns. */
  public List<byte[]> requests(Calls calls) {
    String head = "Mesos-Stream-Id: " + streamId + "\r\n";
    String start = "\",\"framework_id\":{\"value\":\"" + FRAMEWORK + "\"}";
    // Of an offer that there is not, as in the measurement of Mesos: it is accepted all the same.
    byte[] decline =
        request(
            head,
            "{\"type\":\"DECLINE"
                + start
                + ",\"decline\":{\"offer_ids\":[{\"value\":\"no-such-offer\"}]}}");
    byte[] revive = request(head, "{\"type\":\"REVIVE" + start + "}");
    return switch (calls) {
      case DECLINE -> List.of(decline);
      case REVIVE -> List.of(revive);
      case ALTERNATING -> List.of(decline, revive);
    };
  }

  private static byte[] request(String headers, String body) {
    return ("POST /api/v1/scheduler HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nAccept: application/json\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      reader.join(TimeUnit.SECONDS.toMillis(READER_END_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
