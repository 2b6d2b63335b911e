package io.meseta.agent.session;

import io.meseta.common.ids.ContainerId;
import java.nio.file.Path;
import java.util.Optional;

/** Which containers can be entered. Any thread; must not block. */
@FunctionalInterface
public interface RunningContainers {

  /**
   * One of them.
   *
   * @param task for the log
   * @param sandbox where its files {@code stdout} and {@code stderr} are
   */
  record Running(String task, Path sandbox) {}

  /** Empty if there is no such container, or it has ended. */
  Optional<Running> find(ContainerId container);
}
