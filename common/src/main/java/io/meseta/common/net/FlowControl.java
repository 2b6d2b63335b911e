package io.meseta.common.net;

/** A receiver's brake. Any thread; calls need not be balanced. */
public interface FlowControl {

  /**
   * Delivers no further record and stops reading from the socket, so that the peer has to wait. At
   * most a read's worth of bytes is held here. Called in a listener it holds for the very next
   * record. While paused, a peer that vanishes is noticed only by sending to it.
   */
  void pause();

  /** Goes on where it was paused. */
  void resume();
}
