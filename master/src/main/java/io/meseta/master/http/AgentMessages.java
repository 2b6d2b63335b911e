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
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads what agents say. The result is what {@link AgentMessage#parseFrom(byte[])} makes of it, and
 * so are the errors; but what tasks have in common is one object. Thread-safe.
 *
 * <p>Tasks of one service differ by little more than their ids, while a parsed message has its own
 * copy of every label of every task. A master keeps what it is told for as long as the tasks run:
 * the copies would be most of its memory, and most of its work while all agents come back to a new
 * leader. So parts whose bytes equal those of another task are not read again.
 */
public final class AgentMessages {

  /** As many kinds of tasks are remembered, at most; each in the place that its bytes give it. */
  private static final int PLACES = 512;

  /** What is larger is not remembered for other agents. */
  private static final int MOST_BYTES = 4 * 1024;

  private final AtomicReferenceArray<@Nullable CommonParts> known =
      new AtomicReferenceArray<>(PLACES);

  /** What tasks of one kind have in common, and how it was written. */
  private record CommonParts(Fields written, Task read) {
    static final CommonParts NONE = new CommonParts(new Fields(0), Task.getDefaultInstance());

    static CommonParts read(Fields fields) throws IOException {
      return new CommonParts(
          fields, Task.newBuilder().mergeFrom(fields.bytes, 0, fields.length).buildPartial());
    }
  }

  /**
   * Reads a message.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  public AgentMessage parse(byte[] bytes) throws InvalidProtocolBufferException {
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
  private Optional<AgentMessage> registration(byte[] bytes) throws IOException {
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

  private Register register(byte[] bytes, int start) throws IOException {
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

  private CommonParts commonParts(Fields fields) throws IOException {
    if (fields.length > MOST_BYTES) {
      return CommonParts.read(fields);
    }
    int place = Math.floorMod(fields.hash(), PLACES);
    CommonParts there = known.get(place);
    if (there != null && there.written.isSame(fields)) {
      return there;
    }
    CommonParts read = CommonParts.read(fields.trimmed());
    known.set(place, read);
    return read;
  }

  /** Reads the tasks of one agent, one after the other. */
  private final class TaskReader {
    private CommonParts common = CommonParts.NONE;
    private CommonParts agent = CommonParts.NONE;

    Task read(byte[] bytes, int start, int length) throws IOException {
      Fields own = new Fields(length);
      Fields shared = new Fields(length);
      Fields ofAgent = new Fields(length);
      CodedInputStream in = CodedInputStream.newInstance(bytes, start, length);
      while (!in.isAtEnd()) {
        int from = start + in.getTotalBytesRead();
        int tag = in.readTag();
        skip(in, tag);
        int field = WireFormat.getTagFieldNumber(tag);
        Fields kind =
            field == Task.AGENT_ID_FIELD_NUMBER ? ofAgent : isMostlyShared(field) ? shared : own;
        kind.add(bytes, from, start + in.getTotalBytesRead());
      }
      if (!shared.isSame(common.written)) {
        common = commonParts(shared);
      }
      if (!ofAgent.isSame(agent.written)) {
        agent = CommonParts.read(ofAgent);
      }
      return join(own, common.read, agent.read);
    }

    /** Not by {@code mergeFrom}, which makes a map of limits for those that have none. */
    private static Task join(Fields own, Task common, Task agent) throws IOException {
      Task.Builder task = Task.newBuilder().mergeFrom(own.bytes, 0, own.length);
      task.addAllResources(common.getResourcesList());
      if (common.getLimitsCount() > 0) {
        task.putAllLimits(common.getLimitsMap());
      }
      if (agent.hasAgentId()) {
        task.setAgentId(agent.getAgentId());
      }
      if (common.hasFrameworkId()) {
        task.setFrameworkId(common.getFrameworkId());
      }
      if (common.hasLabels()) {
        task.setLabels(common.getLabels());
      }
      if (common.hasDiscovery()) {
        task.setDiscovery(common.getDiscovery());
      }
      if (common.hasContainer()) {
        task.setContainer(common.getContainer());
      }
      if (common.hasHealthCheck()) {
        task.setHealthCheck(common.getHealthCheck());
      }
      if (common.hasKillPolicy()) {
        task.setKillPolicy(common.getKillPolicy());
      }
      if (common.hasUser()) {
        task.setUserBytes(common.getUserBytes());
      }
      return task.buildPartial();
    }

    private static boolean isMostlyShared(int field) {
      return switch (field) {
        case Task.FRAMEWORK_ID_FIELD_NUMBER,
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

    int hash() {
      int hash = 1;
      for (int i = 0; i < length; i++) {
        hash = 31 * hash + bytes[i];
      }
      return hash;
    }

    /** To be kept: no longer than needed. */
    Fields trimmed() {
      Fields same = new Fields(length);
      same.add(bytes, 0, length);
      return same;
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
