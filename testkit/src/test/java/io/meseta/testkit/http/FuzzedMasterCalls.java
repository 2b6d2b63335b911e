package io.meseta.testkit.http;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.testing.FuzzedBytes;
import io.meseta.common.testing.FuzzedMessages;
import io.meseta.common.testing.FuzzedPages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Requests for a master that are nearly right: calls of every type of its APIs in JSON and in
 * protobuf, and messages of agents, with something broken in the head, in the framing or inside,
 * calls that are whole and about nothing that exists, and pages with queries and forms that make no
 * sense.
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
  private static final Message OWN = io.meseta.api.operator.v1.Call.getDefaultInstance();

  private final Random random;
  private final FuzzedBytes bytes;
  private final FuzzedMessages messages;
  private final FuzzedPages pages;

  /**
   * @param paths all that the master serves
   */
  FuzzedMasterCalls(long seed, Collection<String> paths) {
    random = new Random(seed);
    bytes = new FuzzedBytes(random);
    messages = new FuzzedMessages(random);
    pages = new FuzzedPages(random, bytes, paths);
  }

  /** What goes over the wire, all of it. */
  byte[] next() {
    String prefix = random.nextInt(5) == 0 ? "/master" : "";
    return switch (random.nextInt(8)) {
      case 0, 1 -> call(prefix + "/api/v1/scheduler", SCHEDULER);
      case 2, 3 -> call(prefix + "/api/v1", OPERATOR);
      case 4 -> call(prefix + "/api/v1", OWN);
      case 5 -> link(prefix + "/api/v1/agent-link");
      default -> pages.next(prefix);
    };
  }

  private byte[] link(String path) {
    List<byte[]> records = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      AgentMessage message = (AgentMessage) messages.like(AgentMessage.getDefaultInstance());
      if (message.hasRegister()) {
        // One with a host would be let in.
        message = message.toBuilder().setRegister(withoutHost(message.getRegister())).build();
      }
      records.add(message.toByteArray());
    }
    return bytes.request("POST " + path, bytes.headers(false), bytes.framed(records));
  }

  private static Register withoutHost(Register register) {
    return register.toBuilder().setAgent(register.getAgent().toBuilder().setHostname("")).build();
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
