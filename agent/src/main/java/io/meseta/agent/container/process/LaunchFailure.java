package io.meseta.agent.container.process;

import io.meseta.agent.container.ContainerPhase;

/** A launch failed for good; the message is for the task's author. */
final class LaunchFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final ContainerPhase phase;

  LaunchFailure(ContainerPhase phase, String reason) {
    super(reason);
    this.phase = phase;
  }

  LaunchFailure(ContainerPhase phase, String reason, Throwable cause) {
    super(reason, cause);
    this.phase = phase;
  }

  ContainerPhase phase() {
    return phase;
  }
}
