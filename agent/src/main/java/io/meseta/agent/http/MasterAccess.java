package io.meseta.agent.http;

import io.meseta.common.auth.Credential;
import io.meseta.common.net.HttpClient;
import java.util.Optional;

/**
 * How the agent speaks to masters.
 *
 * @param scheme http or https
 * @param credential by which it proves who it is; empty: it does not, or by its certificate
 */
public record MasterAccess(HttpClient client, String scheme, Optional<Credential> credential) {

  /** Over http, and without a proof. */
  public static MasterAccess plain(HttpClient client) {
    return new MasterAccess(client, "http", Optional.empty());
  }
}
