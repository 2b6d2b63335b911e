package io.meseta.agent.core;

/** What an agent's core counts, beside logging it. */
public enum AgentCounter {
  /** Events of a link that has been given up. */
  STALE_LINK_EVENTS,
  /** An acknowledgement that is not for the update on the way. */
  STALE_ACKNOWLEDGEMENTS,
  /** A task that the agent has already. */
  DUPLICATE_TASKS,
  /** A task that this agent did not take. */
  REFUSED_TASKS,
  /** A kill of a task that the agent does not have. */
  UNKNOWN_KILLS,
  /** A message of the master that makes no sense here. */
  REFUSED_MESSAGES,
  /** An update that was sent again because nobody acknowledged it. */
  RESENT_UPDATES,
  /** A container of this agent that belongs to no task. */
  ORPHANED_CONTAINERS,
  /** A report about a container that cannot be meant any more. */
  STALE_CONTAINER_EVENTS,
  /** A journal write that failed. */
  FAILED_WRITES,
  /** An operation on resources that the agent does not have. */
  FAILED_OPERATIONS,
  /** A health check that counted as failed. */
  FAILED_HEALTH_CHECKS,
  /** An update that an executor sent and that cannot be. */
  REFUSED_EXECUTOR_UPDATES,
  /** An update that was made for a task of this agent. */
  STATUS_UPDATES,
  /** A container that could not be launched. */
  FAILED_LAUNCHES,
  /** A changed configuration that does not cover what the agent holds. */
  REFUSED_CONFIGURATIONS,
  /** An executor that has ended. A task that came without one counts as one, as in Mesos. */
  TERMINATED_EXECUTORS
}
