package io.meseta.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.AttachContainerInput;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Requests for {@code /api/v1} of an agent that are nearly right: calls of all types in JSON and in
 * protobuf, alone and as records, with something broken in the head, in the framing, or inside.
 */
final class FuzzedCalls {

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/x-protobuf",
          "application/recordio",
          "text/plain",
          "application/json;charset=utf-8",
          "*/*",
          "",
          ";;;",
          "application/json, application/json");
  private static final List<String> VALUES =
      List.of(
          "null",
          "{}",
          "[]",
          "[[]]",
          "true",
          "-1",
          "1e999",
          "99999999999999999999999",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../etc\"",
          "{\"value\":{\"value\":1}}",
          "[1,\"a\",null,{}]");
  private static final List<String> LENGTHS =
      List.of("0", "-1", "1", "4294967296", "9223372036854775808", "00000000000", "x", "1e3", " 7");

  private static final List<Call.Type> CALLS = List.of(Call.Type.values());

  private final Random random;

  FuzzedCalls(long seed) {
    random = new Random(seed);
  }

  /** What goes over the wire, all of it. */
  byte[] next() {
    boolean json = random.nextBoolean();
    boolean records = random.nextInt(3) == 0;
    byte[] body = records ? records(json) : broken(encoded(call(), json), json);
    String type = json ? "application/json" : "application/x-protobuf";
    String headers =
        records
            ? "Content-Type: application/recordio\r\nMessage-Content-Type: " + type + "\r\n"
            : "Content-Type: " + type + "\r\n";
    if (random.nextInt(4) == 0) {
      headers = brokenHeaders();
    }
    if (random.nextInt(3) == 0) {
      headers += "Accept: " + any(TYPES) + "\r\n";
    }
    return request(headers, body);
  }

  private byte[] request(String headers, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String path = random.nextInt(10) == 0 ? "/slave(1)/api/v1" : "/api/v1";
    boolean chunked = random.nextInt(3) == 0;
    String framing =
        chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body.length + "\r\n";
    out.writeBytes(
        ("POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + framing + "\r\n")
            .getBytes(ISO_8859_1));
    if (chunked) {
      chunks(body, out);
    } else {
      out.writeBytes(body);
    }
    byte[] whole = out.toByteArray();
    // The peer goes away in the middle.
    return random.nextInt(20) == 0 ? cut(whole) : whole;
  }

  private void chunks(byte[] body, ByteArrayOutputStream out) {
    int from = 0;
    while (from < body.length) {
      int size = Math.min(body.length - from, 1 + random.nextInt(200));
      out.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(US_ASCII));
      out.write(body, from, size);
      out.writeBytes("\r\n".getBytes(US_ASCII));
      from += size;
    }
    String end = random.nextInt(10) == 0 ? "zz\r\n\r\n" : "0\r\n\r\n";
    out.writeBytes(end.getBytes(US_ASCII));
  }

  private String brokenHeaders() {
    StringBuilder headers = new StringBuilder();
    for (String name :
        List.of("Content-Type", "Message-Content-Type", "Message-Accept", "Accept")) {
      if (random.nextBoolean()) {
        headers.append(name).append(": ").append(any(TYPES)).append("\r\n");
      }
    }
    return headers.toString();
  }

  /** Records in any order, some of them framed wrongly, some broken. */
  private byte[] records(boolean json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      byte[] record = encoded(random.nextInt(3) == 0 ? call() : input(), json);
      if (random.nextInt(3) == 0) {
        record = broken(record, json);
      }
      String length = String.valueOf(record.length);
      if (random.nextInt(5) == 0) {
        length = any(LENGTHS);
      }
      out.writeBytes((length + (random.nextInt(20) == 0 ? "" : "\n")).getBytes(US_ASCII));
      out.writeBytes(record);
    }
    return out.toByteArray();
  }

  private static byte[] encoded(Call call, boolean json) {
    return Codec.encode(call, json ? MediaType.JSON : MediaType.PROTOBUF);
  }

  private byte[] broken(byte[] call, boolean json) {
    return switch (random.nextInt(6)) {
      case 0 -> cut(call);
      case 1 -> flipped(call);
      case 2 -> json ? withAnotherValue(call) : withHugeLength(call);
      case 3 -> json ? nested() : repeated(call);
      case 4 -> random(random.nextInt(300));
      default -> call;
    };
  }

  private byte[] cut(byte[] bytes) {
    return bytes.length == 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < 3 && copy.length > 0; i++) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  /** What is after one of the colons becomes something else. */
  private byte[] withAnotherValue(byte[] json) {
    String text = new String(json, ISO_8859_1);
    List<Integer> colons = new ArrayList<>();
    for (int at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
      colons.add(at);
    }
    if (colons.isEmpty()) {
      return json;
    }
    int at = colons.get(random.nextInt(colons.size()));
    int end = at + 1;
    while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return (text.substring(0, at + 1) + any(VALUES) + text.substring(end)).getBytes(ISO_8859_1);
  }

  /** A container in a container in a container, or lists in lists. */
  private byte[] nested() {
    int depth = random.nextInt(3000);
    String open = random.nextBoolean() ? "{\"parent\":" : "[";
    String close = open.equals("[") ? "]" : "}";
    String id = open.repeat(depth) + "{\"value\":\"x\"}" + close.repeat(depth);
    return ("{\"type\":\"WAIT_CONTAINER\",\"wait_container\":{\"container_id\":" + id + "}}")
        .getBytes(ISO_8859_1);
  }

  /** A field of a length that is never reached. */
  private byte[] withHugeLength(byte[] call) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(call);
    out.write(8 * (1 + random.nextInt(15)) + 2);
    out.writeBytes(new byte[] {-1, -1, -1, -1, (byte) (random.nextBoolean() ? 7 : 15)});
    return out.toByteArray();
  }

  private byte[] repeated(byte[] call) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int times = random.nextInt(200);
    for (int i = 0; i < times; i++) {
      out.writeBytes(call);
    }
    return out.toByteArray();
  }

  private byte[] random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private String any(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }

  // ---- calls, good ones, about containers that nobody has

  @SuppressWarnings(
      "deprecation") // Clients of old still make the calls with NESTED in their names.
  private Call call() {
    Call.Type type = CALLS.get(random.nextInt(CALLS.size()));
    Call.Builder call = Call.newBuilder().setType(type);
    switch (type) {
      case LIST_FILES -> call.getListFilesBuilder().setPath("/nowhere");
      case READ_FILE -> call.getReadFileBuilder().setPath("/nowhere").setOffset(0);
      case LAUNCH_NESTED_CONTAINER_SESSION ->
          call.getLaunchNestedContainerSessionBuilder()
              .setContainerId(id())
              .setCommand(CommandInfo.newBuilder().setValue("true"));
      case ATTACH_CONTAINER_OUTPUT -> call.getAttachContainerOutputBuilder().setContainerId(id());
      case ATTACH_CONTAINER_INPUT -> {
        return input();
      }
      case WAIT_CONTAINER -> call.getWaitContainerBuilder().setContainerId(id());
      case WAIT_NESTED_CONTAINER -> call.getWaitNestedContainerBuilder().setContainerId(id());
      case KILL_CONTAINER -> call.getKillContainerBuilder().setContainerId(id()).setSignal(15);
      case REMOVE_CONTAINER -> call.getRemoveContainerBuilder().setContainerId(id());
      case LAUNCH_CONTAINER -> call.getLaunchContainerBuilder().setContainerId(id());
      case GET_CONTAINERS -> call.getGetContainersBuilder().setShowNested(true);
      default -> {}
    }
    return call.build();
  }

  private static ContainerID id() {
    return ContainerID.newBuilder()
        .setParent(ContainerID.newBuilder().setValue("nobody"))
        .setValue("session")
        .build();
  }

  private Call input() {
    AttachContainerInput.Builder attach = AttachContainerInput.newBuilder();
    if (random.nextBoolean()) {
      attach.setType(AttachContainerInput.Type.CONTAINER_ID).setContainerId(id());
    } else {
      attach
          .setType(AttachContainerInput.Type.PROCESS_IO)
          .setProcessIo(
              ProcessIO.newBuilder()
                  .setType(ProcessIO.Type.DATA)
                  .setData(
                      ProcessIO.Data.newBuilder()
                          .setType(ProcessIO.Data.Type.STDIN)
                          .setData(ByteString.copyFromUtf8("x".repeat(random.nextInt(100))))));
    }
    return Call.newBuilder()
        .setType(Call.Type.ATTACH_CONTAINER_INPUT)
        .setAttachContainerInput(attach)
        .build();
  }
}
