package io.meseta.master.core;

/** What a master's core counts, beside logging it. */
public enum MasterCounter {
  /** An agent reported a state that does not follow from the last one: late or repeated. */
  ILLEGAL_TASK_TRANSITIONS,
  /** An agent reported a state that only a master can know. */
  REFUSED_UPDATES,
  /** A link was closed because what was said on it makes no sense. */
  REFUSED_LINKS,
  /** An agent was silent for too long, and waits for the removal rate limit. */
  UNREACHABLE_SCHEDULED,
  /** It answered while it waited. */
  UNREACHABLE_CANCELED,
  /** It became unreachable. */
  UNREACHABLE_COMPLETED,
  /** It became unreachable because it said that it stops. */
  AGENTS_LEFT,
  /** It became unreachable because it did not come back to a new leader. */
  RECOVERY_REMOVALS,
  /** A framework began to hold too many offers, or too much, without an answer. */
  OFFERS_HOARDED
}
