package io.meseta.agent.container.scripted;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a scripted container behaves.
 *
 * @param startAfter from the launch to the start, or to the failure; empty: it never gets there
 * @param launchFailure the reason, if the launch fails instead of starting
 * @param exitAfter from the start to the end; empty: it runs until it is killed
 * @param exitCode with which it ends by itself
 * @param outOfMemory whether it ends by itself as one that the kernel killed for memory
 * @param onKill what it does when it is asked to end
 */
public record ContainerScript(
    Optional<Duration> startAfter,
    Optional<String> launchFailure,
    Optional<Duration> exitAfter,
    OptionalInt exitCode,
    boolean outOfMemory,
    OnKill onKill) {

  /** What a container does when it is asked to end. */
  public enum OnKill {
    /** Ends at once. */
    OBEY,
    /** Goes on until it is ended by force. */
    IGNORE
  }

  private static final int KILLED = 137;

  /** Starts at once and runs until it is killed. */
  public static ContainerScript runs() {
    return new ContainerScript(
        Optional.of(Duration.ZERO),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.of(0),
        false,
        OnKill.OBEY);
  }

  /** Starts at once and ends by itself. */
  public static ContainerScript exits(Duration after, int code) {
    return runs().ending(Optional.of(after), OptionalInt.of(code));
  }

  /** Starts at once; the kernel kills it for memory. */
  public static ContainerScript runsOutOfMemory(Duration after) {
    ContainerScript exits = exits(after, KILLED);
    return new ContainerScript(
        exits.startAfter, exits.launchFailure, exits.exitAfter, exits.exitCode, true, exits.onKill);
  }

  /** Cannot be started. */
  public static ContainerScript failsToLaunch(String reason) {
    return new ContainerScript(
        Optional.of(Duration.ZERO),
        Optional.of(reason),
        Optional.empty(),
        OptionalInt.empty(),
        false,
        OnKill.OBEY);
  }

  /** As this one, but started, or failed, after a time. */
  public ContainerScript startingAfter(Duration after) {
    return new ContainerScript(
        Optional.of(after), launchFailure, exitAfter, exitCode, outOfMemory, onKill);
  }

  /** As this one, but its launch hangs. */
  public ContainerScript neverStarting() {
    return new ContainerScript(
        Optional.empty(), launchFailure, exitAfter, exitCode, outOfMemory, onKill);
  }

  /** As this one, but it ends by force only. */
  public ContainerScript ignoringKill() {
    return new ContainerScript(
        startAfter, launchFailure, exitAfter, exitCode, outOfMemory, OnKill.IGNORE);
  }

  private ContainerScript ending(Optional<Duration> after, OptionalInt code) {
    return new ContainerScript(startAfter, launchFailure, after, code, outOfMemory, onKill);
  }
}
