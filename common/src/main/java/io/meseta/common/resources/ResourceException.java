package io.meseta.common.resources;

/**
 * What was given does not describe resources. The message is meant for the one who wrote it: an
 * operator's flag, a framework's call. Checked, because such input must never stop a daemon.
 */
public final class ResourceException extends Exception {
  private static final long serialVersionUID = 1L;

  public ResourceException(String message) {
    super(message);
  }
}
