package io.meseta.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.AttachContainerInput;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.FuzzedBytes;
import io.meseta.common.testing.FuzzedMessages;
import io.meseta.common.testing.FuzzedPages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/**
 * Requests for an agent that are nearly right: calls of all types of its APIs in JSON and in
 * protobuf, alone and as records, with something broken in the head, in the framing, or inside, and
 * pages with queries and forms that make no sense.
 */
final class FuzzedCalls {

  private static final List<Call.Type> CALLS = List.of(Call.Type.values());

  private final Random random;
  private final FuzzedBytes bytes;

  private final FuzzedMessages messages;
  private final FuzzedPages pages;

  /**
   * @param paths all that the agent serves
   */
  FuzzedCalls(long seed, Collection<String> paths) {
    random = new Random(seed);
    bytes = new FuzzedBytes(random);
    messages = new FuzzedMessages(random);
    pages = new FuzzedPages(random, bytes, paths);
  }

  /** What goes over the wire, all of it. */
  byte[] next() {
    boolean json = random.nextBoolean();
    String prefix = random.nextInt(10) == 0 ? "/slave(1)" : "";
    String path = prefix + "/api/v1";
    return switch (random.nextInt(6)) {
      case 0 -> pages.next(prefix);
      case 1 -> executorCall(path + "/executor", json);
      default -> operatorCall(path, json);
    };
  }

  private byte[] executorCall(String path, boolean json) {
    Message call = messages.like(io.meseta.api.v1.executor.Call.getDefaultInstance());
    byte[] body = Codec.encode(call, json ? MediaType.JSON : MediaType.PROTOBUF);
    return bytes.request("POST " + path, bytes.headers(json), bytes.broken(body, json));
  }

  private byte[] operatorCall(String path, boolean json) {
    return random.nextInt(3) == 0
        ? bytes.request("POST " + path, bytes.recordHeaders(json), records(json))
        : bytes.request(
            "POST " + path, bytes.headers(json), bytes.broken(encoded(call(), json), json));
  }

  /** Records in any order. */
  private byte[] records(boolean json) {
    List<byte[]> messages = new ArrayList<>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      messages.add(encoded(random.nextInt(3) == 0 ? call() : input(), json));
    }
    return bytes.records(messages, json);
  }

  private static byte[] encoded(Call call, boolean json) {
    return Codec.encode(call, json ? MediaType.JSON : MediaType.PROTOBUF);
  }

  // ---- calls, good ones, about containers that nobody has

  @SuppressWarnings(
      "deprecation") // Clients of old still make the calls with NESTED in their names.
  private Call call() {
    Call good = goodCall();
    return random.nextBoolean() ? good : (Call) messages.mutated(good);
  }

  @SuppressWarnings("deprecation") // As above.
  private Call goodCall() {
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
