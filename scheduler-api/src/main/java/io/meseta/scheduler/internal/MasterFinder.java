package io.meseta.scheduler.internal;

import java.util.List;
import java.util.Optional;

/**
 * Which master to try next: the one that a redirect named, else the next of a fixed list, else the
 * one that the detector named.
 */
final class MasterFinder {

  /** Two masters that each take the other for the leader must not keep us busy. */
  private static final int MAX_REDIRECTS = 5;

  private final List<MasterAddress> fixed;
  private int next;
  private Optional<MasterAddress> detected = Optional.empty();
  private Optional<MasterAddress> redirect = Optional.empty();
  private int redirects;

  MasterFinder(List<MasterAddress> fixed) {
    this.fixed = fixed;
  }

  Optional<MasterAddress> target() {
    if (redirect.isPresent()) {
      return redirect;
    }
    return fixed.isEmpty() ? detected : Optional.of(fixed.get(next));
  }

  void detected(Optional<MasterAddress> leader) {
    detected = leader;
    redirect = Optional.empty();
    redirects = 0;
  }

  /** Takes a redirect; false when there have been too many in a row. */
  boolean redirectedTo(MasterAddress leader) {
    redirects++;
    if (redirects > MAX_REDIRECTS) {
      return false;
    }
    redirect = Optional.of(leader);
    return true;
  }

  void subscribed() {
    redirects = 0;
  }

  /** The target did not work out, or does not any more. */
  void failed() {
    redirect = Optional.empty();
    redirects = 0;
    if (!fixed.isEmpty()) {
      next = (next + 1) % fixed.size();
    }
  }
}
