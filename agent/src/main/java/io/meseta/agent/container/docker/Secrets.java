package io.meseta.agent.container.docker;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.Secret;

/** What a task brings along that nobody else shall read. */
final class Secrets {

  private Secrets() {}

  /**
   * The value of a secret.
   *
   * @param what it is for, for the message
   * @throws UnsupportedTaskException if it is not there; the message tells nothing of it
   */
  static ByteString valueOf(Secret secret, String what) throws UnsupportedTaskException {
    if (secret.getType() == Secret.Type.REFERENCE || secret.hasReference()) {
      throw new UnsupportedTaskException(
          what
              + ": secrets of type REFERENCE are not supported, as this agent knows no store of"
              + " secrets; send a secret of type VALUE");
    }
    if (!secret.hasValue()) {
      throw new UnsupportedTaskException(what + ": the secret has no value");
    }
    return secret.getValue().getData();
  }
}
