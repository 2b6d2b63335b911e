package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.common.ids.ContainerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Makes ids out of the run's id and a counter, so that the same events give the same ids.
 *
 * <p>They look like uuids because clients take them for such. As a run's id is unique per process
 * and the counter never repeats within one, no id is made twice; the name-based form (RFC 9562,
 * version 3) only gives them the shape.
 */
final class IdMint {

  private String runId = "";
  private long next;

  /** Called once, before the first id is made. */
  void begin(String runId) {
    this.runId = runId;
  }

  ContainerId containerId() {
    return new ContainerId(uuid("container").toString());
  }

  /** Names the bond of tasks that were launched together. */
  String groupId() {
    return uuid("group").toString();
  }

  /** Sixteen bytes that name a status update. */
  ByteString updateId() {
    UUID uuid = uuid("update");
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
    bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits()).flip();
    return ByteString.copyFrom(bytes);
  }

  private UUID uuid(String kind) {
    if (runId.isEmpty()) {
      throw new IllegalStateException("No id can be made before the run has one");
    }
    String name = runId + "/" + kind + "/" + next++;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
