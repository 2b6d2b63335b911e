package io.meseta.agent.container;

/** How far a launch has come. */
public enum ContainerPhase {
  /** Waiting for a turn. */
  QUEUED,
  /** Making the sandbox. */
  PREPARING,
  /** The URIs of its command are fetched into the sandbox. */
  FETCHING,
  /** The image is looked for and, where it is missing, pulled. */
  PULLING,
  CREATING,
  STARTING
}
