package io.meseta.agent.http;

import io.meseta.common.auth.Credential;
import io.meseta.common.net.HttpClient;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the agent speaks to masters.
 *
 * @param scheme http or https
 * @param credential by which it proves who it is, asked for each link; empty: it does not, or by
 *     its certificate
 */
public record MasterAccess(
    HttpClient client, String scheme, Supplier<Optional<Credential>> credential) {

  /** Over http, and without a proof. */
  public static MasterAccess plain(HttpClient client) {
    return new MasterAccess(client, "http", Optional::empty);
  }
}
