package io.meseta.agent.container;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of a container that runs.
 *
 * @param pid the first process, as the host sees it
 * @param ipAddresses of the container; the agent's own under host networking; may be empty
 * @param details what its engine says of it, as the {@code data} of its task's TASK_RUNNING; empty
 *     if there is nothing to say
 */
public record StartedContainer(OptionalInt pid, List<String> ipAddresses, ByteString details) {

  /** Without details. */
  public StartedContainer(OptionalInt pid, List<String> ipAddresses) {
    this(pid, ipAddresses, ByteString.EMPTY);
  }
}
