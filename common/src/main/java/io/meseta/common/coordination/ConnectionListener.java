package io.meseta.common.coordination;

/** What the parts of a session hear about its connection, on the coordination thread. */
interface ConnectionListener {
  /** There is a connection, the first one or one again; the session may be another. */
  void connected();

  /** The connection is gone; the session may still be alive at the ensemble. */
  void suspended();

  /**
   * The session has ended, or must be taken for ended: its ephemeral nodes and watches are gone.
   */
  void lost();

  /** The session is being closed by its owner; nothing more will be heard. */
  void closed();
}
