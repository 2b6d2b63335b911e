package io.meseta.common.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What somebody proves with who they are. Does not print its secret. */
public record Credential(String principal, String secret) {

  /** Refuses what cannot be sent as HTTP basic authentication, or proves nothing. */
  public Credential {
    if (principal.isEmpty() || principal.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "a principal is not empty and has no colon: '" + principal + "'");
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("the secret of '" + principal + "' is empty");
    }
  }

  /** The value of the {@code Authorization} header that proves it. */
  public String authorization() {
    byte[] both = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  @Override
  public String toString() {
    return principal + ":***";
  }
}
