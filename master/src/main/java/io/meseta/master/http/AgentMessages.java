package io.meseta.master.http;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.Task;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what agents say. The result is what {@link AgentMessage#parseFrom(byte[])} makes of it, and
 * so are the errors; but what tasks of one agent have in common is one object.
 *
 * <p>Tasks of one service differ by little more than their ids, while a parsed message has its own
 * copy of every label of every task. A master keeps what it is told for as long as the tasks run:
 * the copies would be most of its memory, and most of its work while all agents come back to a new
 * leader. So parts whose bytes equal those of the task before are not read again.
 */
public final class AgentMessages {

  private AgentMessages() {}

  /**
   * Reads a message.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  public static AgentMessage parse(byte[] bytes) throws InvalidProtocolBufferException {
    Optional<AgentMessage> read;
    try {
      read = registration(bytes);
    } catch (IOException e) {
      // The ordinary reader says what is wrong.
      read = Optional.empty();
    }
    return read.isPresent() ? read.get() : AgentMessage.parseFrom(bytes);
  }

  /** Empty if it is something else, or not whole. */
  private static Optional<AgentMessage> registration(byte[] bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    if (in.isAtEnd() || in.readTag() != tag(AgentMessage.REGISTER_FIELD_NUMBER)) {
      return Optional.empty();
    }
    int length = in.readRawVarint32();
    int start = in.getTotalBytesRead();
    if (length < 0 || length != bytes.length - start) {
      return Optional.empty();
    }
    AgentMessage message =
        AgentMessage.newBuilder().setRegister(register(bytes, start)).buildPartial();
    return message.isInitialized() ? Optional.of(message) : Optional.empty();
  }

  private static Register register(byte[] bytes, int start) throws IOException {
    Register.Builder register = Register.newBuilder();
    Fields others = new Fields(bytes.length - start);
    TaskReader tasks = new TaskReader();
    CodedInputStream in = CodedInputStream.newInstance(bytes, start, bytes.length - start);
    while (!in.isAtEnd()) {
      int from = start + in.getTotalBytesRead();
      int tag = in.readTag();
      if (tag == tag(Register.TASKS_FIELD_NUMBER)) {
        int length = in.readRawVarint32();
        int task = start + in.getTotalBytesRead();
        in.skipRawBytes(length);
        register.addTasks(tasks.read(bytes, task, length));
      } else {
        skip(in, tag);
        others.add(bytes, from, start + in.getTotalBytesRead());
      }
    }
    return register.mergeFrom(others.bytes, 0, others.length).buildPartial();
  }

  /** Reads the tasks of one agent, one after the other. */
  private static final class TaskReader {
    private Fields common = new Fields(0);
    private Task commonRead = Task.getDefaultInstance();

    Task read(byte[] bytes, int start, int length) throws IOException {
      Fields own = new Fields(length);
      Fields shared = new Fields(length);
      CodedInputStream in = CodedInputStream.newInstance(bytes, start, length);
      while (!in.isAtEnd()) {
        int from = start + in.getTotalBytesRead();
        int tag = in.readTag();
        skip(in, tag);
        Fields kind = isMostlyShared(WireFormat.getTagFieldNumber(tag)) ? shared : own;
        kind.add(bytes, from, start + in.getTotalBytesRead());
      }
      if (!shared.isSame(common)) {
        commonRead = Task.newBuilder().mergeFrom(shared.bytes, 0, shared.length).buildPartial();
        common = shared;
      }
      return Task.newBuilder()
          .mergeFrom(own.bytes, 0, own.length)
          .mergeFrom(commonRead)
          .buildPartial();
    }

    private static boolean isMostlyShared(int field) {
      return switch (field) {
        case Task.FRAMEWORK_ID_FIELD_NUMBER,
            Task.AGENT_ID_FIELD_NUMBER,
            Task.RESOURCES_FIELD_NUMBER,
            Task.LIMITS_FIELD_NUMBER,
            Task.LABELS_FIELD_NUMBER,
            Task.DISCOVERY_FIELD_NUMBER,
            Task.CONTAINER_FIELD_NUMBER,
            Task.HEALTH_CHECK_FIELD_NUMBER,
            Task.KILL_POLICY_FIELD_NUMBER,
            Task.USER_FIELD_NUMBER ->
            true;
        default -> false;
      };
    }
  }

  /** Some fields of a message, as they were written, one after the other. */
  private static final class Fields {
    private final byte[] bytes;
    private int length;

    Fields(int most) {
      bytes = new byte[most];
    }

    void add(byte[] source, int from, int to) {
      System.arraycopy(source, from, bytes, length, to - from);
      length += to - from;
    }

    boolean isSame(Fields other) {
      return Arrays.equals(bytes, 0, length, other.bytes, 0, other.length);
    }
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("the end of a group that has not begun");
    }
  }

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
