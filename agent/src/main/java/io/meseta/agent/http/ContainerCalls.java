package io.meseta.agent.http;

import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.net.RecordUpload;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of the operator API about what runs inside containers.
 *
 * <p>Every method may throw {@link CallRefusedException} as long as nothing has been answered.
 */
public interface ContainerCalls {

  /** Opens the answer of a streaming call; what can be refused has been refused before. */
  @FunctionalInterface
  interface Answer {
    /** To be called once; answers 200. */
    ProcessStream open();
  }

  /**
   * LAUNCH_NESTED_CONTAINER_SESSION and ATTACH_CONTAINER_OUTPUT. May block, until the answer has
   * been opened.
   */
  void stream(Call call, InetSocketAddress client, Answer answer) throws InterruptedException;

  /**
   * ATTACH_CONTAINER_INPUT, named by its first record. Must not block.
   *
   * @param records what follows, paused by the taker as it needs
   */
  Input attachInput(ContainerId container, InetSocketAddress client, RecordUpload records);

  /** Takes the records of one attached input. On one Netty thread at a time; must not block. */
  interface Input {

    /** A record after the first one. */
    void take(Call record);

    /** Whether it waits for the next record, and not for the command to take the last ones. */
    boolean isHungry();

    /** No further record comes: what has come is still to be worked off. */
    void ended();

    /** Nobody sends any more, and nobody waits for an answer. */
    void abandoned();

    /** Completes when all that came has been taken, or the container has ended: answer 200 then. */
    CompletableFuture<Void> done();
  }

  /**
   * WAIT_CONTAINER, KILL_CONTAINER and their like. May block for a moment.
   *
   * @return completed when there is an answer, with or without a body; cancelled by the caller when
   *     the client has gone
   */
  CompletableFuture<Optional<Response>> answer(Call call, InetSocketAddress client);

  /** Why a call of this type is not answered at all, if it is not. */
  static Optional<String> unsupportedReason(Call.Type type) {
    return switch (type) {
      case LAUNCH_NESTED_CONTAINER, LAUNCH_CONTAINER ->
          Optional.of(
              "Call "
                  + type
                  + " is not implemented by this agent: launch a task, or run a command in a"
                  + " container of one by LAUNCH_NESTED_CONTAINER_SESSION");
      default -> Optional.empty();
    };
  }
}
