package io.meseta.agent.container;

import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Runs containers.
 *
 * <p>Threads: every method may be called by any thread, returns at once and never throws for what
 * an engine does; answers come through the {@link Listener}, from threads of the containerizer, in
 * order per container.
 *
 * <p>Each launched or adopted container gets exactly one end: {@link Listener#exited} or {@link
 * Listener#launchFailed}. An engine that does not answer ends nothing: its containers are in doubt
 * until it answers again, and {@link Listener#engineHealth} says so.
 */
public interface Containerizer extends AutoCloseable {

  /** Is told what becomes of containers. Must not block. */
  interface Listener {

    void progressed(ContainerId container, ContainerPhase phase, String detail);

    /** All is there for a container of a group to start; {@link Containerizer#go} starts it. */
    void prepared(ContainerId container);

    void started(ContainerId container, StartedContainer started);

    void launchFailed(ContainerId container, ContainerPhase phase, String reason);

    void exited(ContainerId container, ContainerExit exit);

    /**
     * Answer to {@link Containerizer#observe}.
     *
     * @param kinds what it is about: all that there is of these, and nothing of others
     */
    void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers);

    void engineHealth(boolean healthy, String detail);
  }

  /** Starts working; called once, before anything else. */
  void start(Listener listener);

  /**
   * Finds out which containers of this agent exist; retried inside until the engine answers. Asked
   * again before that, it may answer once for both.
   */
  void observe(AgentId agent);

  /**
   * Runs a container. One of a task group is only prepared: {@link Listener#prepared} tells when
   * nothing but its start is left, and {@link #go} orders that.
   */
  void launch(ContainerSpec spec);

  /** Starts a container that was told to be prepared. Unknown ones are ignored. */
  void go(ContainerId container);

  /** Goes on with a container that exists already, as if it had been launched by this process. */
  void adopt(ContainerSpec spec);

  /** Asks a container to end, by force after the grace period. Unknown ones are ignored. */
  void kill(ContainerId container, Duration grace);

  /**
   * A container may use other amounts now, as an executor's may that has got another task. Unknown
   * ones are ignored; for one that is being launched it counts from the start on.
   *
   * @param sized as {@link ContainerSpec#task} was at the launch, with other resources and limits
   */
  void update(ContainerId container, TaskInfo sized);

  /** Removes what is left of a container; one that still runs is ended by force first. */
  void remove(ContainerId container);

  /** Stops following; containers go on running. */
  @Override
  void close();
}
