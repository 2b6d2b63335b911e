package io.meseta.agent.http;

import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.AttachContainerInput;
import io.meseta.common.codec.MediaType;
import io.meseta.common.config.Durations;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.net.CloseReason;
import io.meseta.common.net.DuplexExchange;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.RecordUpload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One body of records: the first names a container, the others are input for it. Answered when all
 * of it was taken, or when it is refused.
 */
final class InputUpload {

  private static final Logger log = LoggerFactory.getLogger(InputUpload.class);

  private final InetSocketAddress client;
  private final CallTypes types;
  private final DuplexExchange exchange;
  private final ContainerCalls containers;
  private final InputLimits limits;
  private final RecordUpload upload;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile long lastRecordNanos = System.nanoTime();

  /** Null until the first record. */
  private volatile ContainerCalls.@Nullable Input input;

  private volatile @Nullable Future<?> watch;

  InputUpload(
      InetSocketAddress client,
      CallTypes types,
      DuplexExchange exchange,
      ContainerCalls containers,
      InputLimits limits) {
    this.client = client;
    this.types = types;
    this.exchange = exchange;
    this.containers = containers;
    this.limits = limits;
    this.upload = exchange.upload();
  }

  void begin() {
    watch = limits.watch(this::checkSilence);
    upload.onEnd(this::onEnd);
    upload.receive(this::onRecord);
  }

  private void onRecord(byte[] record) {
    lastRecordNanos = System.nanoTime();
    if (over.get()) {
      return;
    }
    try {
      take(OperatorApi.decode(record, types.body()));
    } catch (CallRefusedException e) {
      answer(e.toResponse());
    }
  }

  private void take(Call call) {
    if (call.getType() != Call.Type.ATTACH_CONTAINER_INPUT) {
      throw new CallRefusedException(
          415,
          "Streaming 'Content-Type' "
              + MediaType.RECORDIO
              + " is not supported for "
              + call.getType()
              + " call");
    }
    AttachContainerInput attach = call.getAttachContainerInput();
    boolean naming = attach.getType() == AttachContainerInput.Type.CONTAINER_ID;
    ContainerCalls.Input attached = input;
    if (attached == null) {
      if (!naming) {
        throw new CallRefusedException(
            400, "Expecting 'attach_container_input.type' to be CONTAINER_ID in the first record");
      }
      attach(ContainerId.of(attach.getContainerId()));
    } else if (naming) {
      throw new CallRefusedException(
          400, "Expecting 'attach_container_input.type' to be PROCESS_IO after the first record");
    } else {
      attached.take(call);
    }
  }

  private void attach(ContainerId container) {
    if (types.wantsRecordIo()) {
      throw new CallRefusedException(
          406, "Streaming response is not supported for ATTACH_CONTAINER_INPUT call");
    }
    ContainerCalls.Input attached = containers.attachInput(container, client, upload);
    input = attached;
    if (over.get()) {
      // Ended by another thread meanwhile, which did not see it.
      attached.abandoned();
    }
    var unused =
        attached
            .done()
            .whenComplete((nothing, failure) -> {
              if (failure instanceof CallRefusedException refused) {
                answer(refused.toResponse());
              } else if (failure == null) {
                answer(HttpResponse.empty(200));
              } else {
                log.error("input for container {} failed", container, failure);
                answer(
                    HttpResponse.text(
                        500, "The request failed for an internal reason; see the log"));
              }
            });
  }

  private void onEnd(CloseReason reason) {
    ContainerCalls.Input attached = input;
    if (reason.kind() == CloseReason.Kind.PEER_FINISHED) {
      if (attached == null) {
        answer(HttpResponse.text(400, "Received EOF while reading request body"));
      } else {
        attached.ended();
      }
    } else {
      finish();
    }
  }

  private void checkSilence() {
    ContainerCalls.Input attached = input;
    if (attached != null && !attached.isHungry()) {
      lastRecordNanos = System.nanoTime();
      return;
    }
    Duration limit = attached == null ? limits.first() : limits.idle();
    if (System.nanoTime() - lastRecordNanos > limit.toNanos()) {
      answer(
          HttpResponse.text(
              408,
              "No record came for "
                  + Durations.print(limit)
                  + ": send heartbeats while there is no input"));
    }
  }

  private void answer(HttpResponse response) {
    if (finish()) {
      exchange.respond(response);
    }
  }

  /** Whether this was the end. */
  private boolean finish() {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    Future<?> watching = watch;
    if (watching != null) {
      watching.cancel(false);
    }
    ContainerCalls.Input attached = input;
    if (attached != null) {
      attached.abandoned();
    }
    limits.end();
    return true;
  }
}
