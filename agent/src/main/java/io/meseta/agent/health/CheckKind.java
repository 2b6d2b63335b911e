package io.meseta.agent.health;

/** What an answer is for. */
public enum CheckKind {
  /**
   * {@code TaskInfo.health_check}: decides whether the task is healthy, and kills it in the end.
   */
  HEALTH,
  /** {@code TaskInfo.check}: is reported. */
  STATUS
}
