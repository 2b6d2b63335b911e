package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.operator.v1.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import java.io.IOException;

/** Somebody who follows the cluster over a socket, by SUBSCRIBE or WATCH. One thread at a time. */
final class WireFollower implements AutoCloseable {

  private final RawClient client;
  private final MediaType type;
  private final RawClient.Answer head;

  /**
   * Asks for the stream and reads its head.
   *
   * @param call as JSON
   */
  WireFollower(int port, MediaType type, String call) throws IOException {
    this.type = type;
    this.client = new RawClient(port);
    client.send(
        RawClient.postRequest(
            "/api/v1",
            "Content-Type: application/json\r\nAccept: " + type.headerValue() + "\r\n",
            call));
    this.head = client.readHead();
    assertThat(head.status()).as("%s", head).isEqualTo(200);
  }

  RawClient.Answer head() {
    return head;
  }

  String nextText() throws IOException {
    return new String(WireFramework.recordIn(client.readChunk()), ISO_8859_1);
  }

  /** Events of SUBSCRIBE have the same fields as those of WATCH, but for the place. */
  Event next() throws IOException, DecodeException {
    return Codec.decode(
        WireFramework.recordIn(client.readChunk()), Event.getDefaultInstance(), type);
  }

  /** Leaves out what comes before. */
  Event nextOf(io.meseta.api.v1.master.Event.Type wanted) throws IOException, DecodeException {
    Event event = next();
    while (event.getType() != wanted) {
      event = next();
    }
    return event;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
