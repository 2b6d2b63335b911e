package io.meseta.agent;

import io.meseta.agent.http.MasterAccess;
import io.meseta.agent.security.AgentCallGuard;
import io.meseta.agent.security.AgentRealms;
import io.meseta.agent.security.ExecutorAccess;
import io.meseta.common.auth.Access;
import io.meseta.common.auth.AuthenticationGate;
import io.meseta.common.auth.AuthorizationGate;
import io.meseta.common.auth.Credential;
import io.meseta.common.net.Gate;
import io.meseta.common.net.HttpClient;
import io.meseta.common.net.HttpClientOptions;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.TlsFiles;
import java.util.Optional;
import java.util.function.Supplier;

/** The guards of one agent, and its own proofs, by its options. */
final class Security implements AutoCloseable {

  private static final String EXECUTORS = "/api/v1/executor";

  private final Gate gate;
  private final ExecutorAccess executors;
  private final Access access;
  private final Optional<Supplier<Credential>> credential;
  private final Optional<TlsFiles> tls;

  private Security(SecurityFlags flags) {
    AgentRealms realms = new AgentRealms(flags.http().readonly(), flags.http().readwrite());
    access = flags.openAccess();
    executors =
        new ExecutorAccess(
            flags.http().executorTokens(), flags.executorsHaveToProve(), flags.tls().forClients());
    Gate others =
        new AuthorizationGate(
            new AuthenticationGate(access::authentication, realms::of),
            access::authorizer,
            AgentRealms::question);
    gate = request -> executorRefusal(request).orElseGet(() -> others.judge(request));
    credential = flags.ownCredential().map(access::follow);
    tls = flags.tls().open(false);
  }

  private Optional<Gate.Verdict> executorRefusal(HttpRequest request) {
    return request.path().equals(EXECUTORS)
        ? executors.refusal(request).map(Gate.Verdict.Refuse::new)
        : Optional.empty();
  }

  /** How executors are known, and what they are told. */
  ExecutorAccess executors() {
    return executors;
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
    return new AgentCallGuard(access::authorizer);
  }

  /** Told when files have changed: who is known, or who may do what. */
  void onChange(Runnable listener) {
    access.onNewCallers(listener);
    access.onNewLists(listener);
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
    return new MasterAccess(
        client, tls.isPresent() ? "https" : "http", () -> credential.map(Supplier::get));
  }

  @Override
  public void close() {
    access.close();
    tls.ifPresent(TlsFiles::close);
  }
}
