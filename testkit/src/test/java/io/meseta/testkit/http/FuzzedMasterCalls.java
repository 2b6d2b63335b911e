package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.FuzzedBytes;
import io.meseta.common.testing.FuzzedMessages;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Requests for a master that are nearly right: calls of every type of both APIs in JSON and in
 * protobuf with something broken in the head, in the framing or inside, calls that are whole and
 * about nothing that exists, and pages with queries and forms that make no sense.
 *
 * <p>A call that is whole and would rightly change the cluster is not among them: nothing that is
 * sent may have an effect.
 */
final class FuzzedMasterCalls {

  /** By their names, in both APIs. */
  private static final Set<String> CHANGING =
      Set.of(
          "UPDATE_WEIGHTS",
          "UPDATE_QUOTA",
          "SET_QUOTA",
          "REMOVE_QUOTA",
          "UPDATE_MAINTENANCE_SCHEDULE",
          "START_MAINTENANCE",
          "STOP_MAINTENANCE",
          "SET_LOGGING_LEVEL");

  private static final Message SCHEDULER = io.meseta.api.v1.scheduler.Call.getDefaultInstance();
  private static final Message OPERATOR = io.meseta.api.v1.master.Call.getDefaultInstance();

  private static final List<String> PAGES =
      List.of(
          "/health",
          "/redirect",
          "/version",
          "/flags",
          "/state",
          "/state-summary",
          "/slaves",
          "/frameworks",
          "/tasks",
          "/roles",
          "/quota",
          "/weights",
          "/metrics/snapshot",
          "/metrics",
          "/explain",
          "/maintenance/schedule",
          "/maintenance/status",
          "/machine/down",
          "/machine/up",
          "/reserve",
          "/unreserve",
          "/create-volumes",
          "/destroy-volumes",
          "/teardown",
          "/files/browse",
          "/files/read",
          "/files/download",
          "/files/debug",
          "/logging/toggle",
          "/api/v1",
          "/api/v1/scheduler",
          "/api/v1/agent-link",
          "/no-such-page");
  private static final List<String> QUERIES =
      List.of(
          "",
          "?",
          "?jsonp=<script>",
          "?jsonp=%0d%0aSet-Cookie:%20x",
          "?limit=-1&offset=99999999999999999999",
          "?limit=NaN&order=sideways",
          "?framework_id=&slave_id=%00&task_id=..",
          "?timeout=-1secs",
          "?timeout=%ff%fe",
          "?path=../../../../etc/passwd&offset=-5&length=99999999999",
          "?framework=x&role=%2A&agent=%",
          "?a=b&a=c&&&===",
          "?%zz=%");
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "X");
  private static final List<String> FORMS =
      List.of(
          "",
          "frameworkId=nobody",
          "frameworkId=%zz&frameworkId",
          "slaveId=nobody&resources=[{",
          "slaveId=&volumes=null",
          "[{\"hostname\":",
          "{\"windows\":7}",
          "{\"windows\":[{\"machine_ids\":[{}],\"unavailability\":\"now\"}]}",
          "{\"role\":",
          "[{\"role\":\"x\",\"weight\":\"heavy\"}]",
          "[[[[[[[[[[[",
          "\u0000\u0001\u0002");

  private final Random random;
  private final FuzzedBytes bytes;
  private final FuzzedMessages messages;

  FuzzedMasterCalls(long seed) {
    random = new Random(seed);
    bytes = new FuzzedBytes(random);
    messages = new FuzzedMessages(random);
  }

  /** What goes over the wire, all of it. */
  byte[] next() {
    String prefix = random.nextInt(5) == 0 ? "/master" : "";
    return switch (random.nextInt(5)) {
      case 0, 1 -> call(prefix + "/api/v1/scheduler", SCHEDULER);
      case 2, 3 -> call(prefix + "/api/v1", OPERATOR);
      default -> page(prefix);
    };
  }

  private byte[] page(String prefix) {
    String line = bytes.any(METHODS) + " " + prefix + bytes.any(PAGES) + bytes.any(QUERIES);
    byte[] body = bytes.any(FORMS).getBytes(UTF_8);
    String form = "Content-Type: application/x-www-form-urlencoded\r\n";
    return bytes.request(line, random.nextBoolean() ? form : bytes.headers(true), body);
  }

  private byte[] call(String path, Message prototype) {
    boolean json = random.nextBoolean();
    MediaType type = json ? MediaType.JSON : MediaType.PROTOBUF;
    byte[] body;
    do {
      body = bytes.broken(Codec.encode(call(prototype), type), json);
    } while (changesSomething(body, prototype));
    String streamId = random.nextBoolean() ? "" : "Mesos-Stream-Id: nobody's\r\n";
    return bytes.request("POST " + path, bytes.headers(json) + streamId, body);
  }

  /** Of any type, with what belongs to that, and once in a while with more. */
  private Message call(Message prototype) {
    Message.Builder call =
        (random.nextInt(4) == 0 ? messages.like(prototype) : prototype).toBuilder();
    Descriptor descriptor = prototype.getDescriptorForType();
    FieldDescriptor typeField = descriptor.findFieldByName("type");
    EnumValueDescriptor type = bytes.any(typeField.getEnumType().getValues());
    call.setField(typeField, type);
    FieldDescriptor part = descriptor.findFieldByName(type.getName().toLowerCase(Locale.ROOT));
    if (part != null && random.nextInt(10) > 0) {
      call.setField(part, messages.like((Message) prototype.getField(part)));
    }
    return call.build();
  }

  /** Whichever way it is read: the header may say something else than it is. */
  private static boolean changesSomething(byte[] body, Message prototype) {
    return changesSomething(body, prototype, MediaType.JSON)
        || changesSomething(body, prototype, MediaType.PROTOBUF);
  }

  private static boolean changesSomething(byte[] body, Message prototype, MediaType type) {
    Message call;
    try {
      call = Codec.decode(body, prototype, type);
    } catch (DecodeException e) {
      return false;
    }
    Object named = call.getField(prototype.getDescriptorForType().findFieldByName("type"));
    String name = ((EnumValueDescriptor) named).getName();
    boolean subscribes = name.equals("SUBSCRIBE") && prototype.equals(SCHEDULER);
    return subscribes || CHANGING.contains(name);
  }
}
