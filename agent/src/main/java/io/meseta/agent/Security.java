package io.meseta.agent;

import io.meseta.agent.http.MasterAccess;
import io.meseta.agent.security.AgentCallGuard;
import io.meseta.agent.security.AgentRealms;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.auth.AuthenticationGate;
import io.meseta.common.auth.AuthorizationGate;
import io.meseta.common.auth.Credential;
import io.meseta.common.net.Gate;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.TlsFiles;
import java.util.Optional;

/** The guards of one agent, and its own proofs, by its options. */
final class Security implements AutoCloseable {

  private final Gate gate;
  private final Authorizer authorizer;
  private final Optional<Credential> credential;
  private final Optional<TlsFiles> tls;

  private Security(SecurityFlags flags) {
    AgentRealms realms = new AgentRealms(flags.http().readonly(), flags.http().readwrite());
    authorizer = flags.http().authorizer();
    gate =
        new AuthorizationGate(
            new AuthenticationGate(flags.authentication(), realms::of),
            authorizer,
            AgentRealms::question);
    credential = flags.ownCredential();
    tls = flags.tls().open(false);
  }

  /**
   * Reads what the flags name.
   *
   * @throws IllegalArgumentException if one cannot be right
   */
  static Security open(SecurityFlags flags) {
    return new Security(flags);
  }

  /** Before all routes. */
  Gate gate() {
    return gate;
  }

  AgentCallGuard callGuard() {
    return new AgentCallGuard(authorizer);
  }

  HttpServerOptions applyTo(HttpServerOptions options) {
    return tls.map(options::with).orElse(options);
  }

  /** A client for the way to masters, to be closed by the caller. */
  HttpClient newClient() {
    HttpClientOptions options = HttpClientOptions.defaults();
    return new HttpClient(tls.map(options::with).orElse(options));
  }

  /** How masters are spoken to by that client. */
  MasterAccess access(HttpClient client) {
    return new MasterAccess(client, tls.isPresent() ? "https" : "http", credential);
  }

  @Override
  public void close() {
    tls.ifPresent(TlsFiles::close);
  }
}
