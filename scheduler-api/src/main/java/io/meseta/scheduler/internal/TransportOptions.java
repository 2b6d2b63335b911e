package io.meseta.scheduler.internal;

import io.meseta.common.net.TlsOptions;
import io.meseta.scheduler.ContentType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * How a driver speaks to masters.
 *
 * @param tls present if masters are spoken to over https
 * @param requestLimit for connecting, and for the answer to SUBSCRIBE to begin
 */
public record TransportOptions(
    ContentType contentType,
    Optional<Credentials> credentials,
    Optional<TlsOptions> tls,
    Duration requestLimit) {

  /** For HTTP basic authentication. Does not print its secret. */
  public record Credentials(String principal, String secret) {

    public Credentials {
      if (principal.isEmpty() || principal.indexOf(':') >= 0) {
        throw new IllegalArgumentException(
            "a principal is not empty and has no colon: '" + principal + "'");
      }
    }

    String authorization() {
      byte[] both = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    @Override
    public String toString() {
      return principal + ":***";
    }
  }
}
