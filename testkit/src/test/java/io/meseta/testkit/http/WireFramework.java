package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A framework that speaks the scheduler API by hand. One thread at a time. */
final class WireFramework implements AutoCloseable {

  static final String PATH = "/api/v1/scheduler";

  private final int port;
  private final MediaType type;
  private final RawClient stream;
  private final RawClient.Answer head;
  private final Event.Subscribed subscribed;

  private WireFramework(int port, MediaType type, RawClient stream)
      throws IOException, DecodeException {
    this.port = port;
    this.type = type;
    this.stream = stream;
    this.head = stream.readHead();
    assertThat(head.status()).as("%s", head).isEqualTo(200);
    Event first = next();
    assertThat(first.getType()).isEqualTo(Event.Type.SUBSCRIBED);
    this.subscribed = first.getSubscribed();
  }

  static FrameworkInfo.Builder info(String name) {
    return FrameworkInfo.newBuilder().setUser("root").setName(name);
  }

  /** Subscribes and reads SUBSCRIBED. */
  static WireFramework subscribe(int port, MediaType type, FrameworkInfo.Builder info)
      throws IOException, DecodeException {
    return subscribe(port, type, info, new RawClient(port));
  }

  /** The same over a connection that is open already. */
  static WireFramework subscribe(
      int port, MediaType type, FrameworkInfo.Builder info, RawClient client)
      throws IOException, DecodeException {
    Call.Builder call =
        Call.newBuilder()
            .setType(Call.Type.SUBSCRIBE)
            .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
    if (info.hasId()) {
      call.setFrameworkId(info.getId());
    }
    String body = new String(Codec.encode(call.build(), type), ISO_8859_1);
    client.send(RawClient.postRequest(PATH, contentType(type) + "Accept: " + type + "\r\n", body));
    return new WireFramework(port, type, client);
  }

  static String contentType(MediaType type) {
    return "Content-Type: " + type.headerValue() + "\r\n";
  }

  /** The head of the answer to SUBSCRIBE. */
  RawClient.Answer head() {
    return head;
  }

  Event.Subscribed subscribed() {
    return subscribed;
  }

  FrameworkID id() {
    return subscribed.getFrameworkId();
  }

  String streamId() {
    return head.header("Mesos-Stream-Id");
  }

  RawClient stream() {
    return stream;
  }

  /** The next record, which has to be one chunk of its own. */
  byte[] nextRecord() throws IOException {
    return recordIn(stream.readChunk());
  }

  static byte[] recordIn(byte[] chunk) {
    String framed = new String(chunk, ISO_8859_1);
    int lineEnd = framed.indexOf('\n');
    assertThat(framed.substring(0, lineEnd)).matches("[1-9][0-9]*");
    byte[] record = Arrays.copyOfRange(chunk, lineEnd + 1, chunk.length);
    assertThat(record).hasSize(Integer.parseInt(framed.substring(0, lineEnd)));
    return record;
  }

  Event next() throws IOException, DecodeException {
    return Codec.decode(nextRecord(), Event.getDefaultInstance(), type);
  }

  /** Reads on to the next event of a type. */
  Event next(Event.Type wanted) throws IOException, DecodeException {
    Event event = next();
    while (event.getType() != wanted) {
      event = next();
    }
    return event;
  }

  /** Reads on to an offer. */
  Offer nextOffer() throws IOException, DecodeException {
    return next(Event.Type.OFFERS).getOffers().getOffers(0);
  }

  /** Reads on to an update of a task. */
  TaskStatus nextUpdate() throws IOException, DecodeException {
    return next(Event.Type.UPDATE).getUpdate().getStatus();
  }

  /** Reads and acknowledges updates up to one of this state; repeated ones are left out. */
  List<TaskStatus> updatesUntil(TaskState last) throws IOException, DecodeException {
    List<TaskStatus> seen = new ArrayList<>();
    TaskStatus status;
    do {
      status = nextUpdate();
      acknowledge(status);
      ByteString uuid = status.getUuid();
      if (seen.stream().noneMatch(known -> known.getUuid().equals(uuid))) {
        seen.add(status);
      }
    } while (status.getState() != last);
    return seen;
  }

  void acknowledge(TaskStatus status) throws IOException {
    accepted(
        Call.newBuilder()
            .setType(Call.Type.ACKNOWLEDGE)
            .setAcknowledge(
                Call.Acknowledge.newBuilder()
                    .setAgentId(status.getAgentId())
                    .setTaskId(status.getTaskId())
                    .setUuid(status.getUuid())));
  }

  /** Sends a call as this framework; it has to be accepted. */
  void accepted(Call.Builder call) throws IOException {
    RawClient.Answer answer = call(call);
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
  }

  /** Sends a call as this framework. */
  RawClient.Answer call(Call.Builder call) throws IOException {
    return RawClient.ask(port, request(call));
  }

  /** As {@link #call}, for conditions. */
  RawClient.Answer callUnchecked(Call.Builder call) {
    try {
      return call(call);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A call of this framework as text, for connections that are used again. */
  String request(Call.Builder call) {
    byte[] body = Codec.encode(call.setFrameworkId(id()).build(), type);
    String headers = contentType(type) + "Mesos-Stream-Id: " + streamId() + "\r\n";
    return RawClient.postRequest(PATH, headers, new String(body, ISO_8859_1));
  }

  void tearDown() throws IOException {
    accepted(Call.newBuilder().setType(Call.Type.TEARDOWN));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
