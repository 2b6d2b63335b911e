package io.meseta.common.recording;

import java.io.IOException;

/** A file is no recording, is damaged, or is of another program; the message is for people. */
public final class RecordingException extends IOException {

  private static final long serialVersionUID = 1;

  public RecordingException(String message) {
    super(message);
  }

  public RecordingException(String message, Throwable cause) {
    super(message, cause);
  }
}
