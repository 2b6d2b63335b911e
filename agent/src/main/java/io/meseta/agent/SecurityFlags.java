package io.meseta.agent;

import io.meseta.common.auth.Access;
import io.meseta.common.auth.HttpAuthFlags;
import io.meseta.common.auth.TlsFlags;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Who may ask the agent, and how it proves to masters who it is.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class SecurityFlags {

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      description =
          "With what the agent proves to masters who it is: {\"principal\": …, \"secret\": …}, or a"
              + " line with both.")
  private @Nullable Path credential;

  @Option(
      names = "--http_credentials",
      paramLabel = "FILE",
      description =
          "Principals who may ask this agent and their secrets: {\"credentials\": [{\"principal\":"
              + " …, \"secret\": …}]}, or a line with both for each.")
  private @Nullable Path httpCredentials;

  @Option(
      names = "--authenticate_http_executors",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description =
          "Executors need the token that they are given with --jwt_secret_key, which this needs;"
              + " default false.")
  private boolean executors;

  @Mixin private HttpAuthFlags http = new HttpAuthFlags();

  @Mixin private TlsFlags tls = new TlsFlags();

  /** The agent's own credential is in this file. */
  public SecurityFlags credential(Path file) {
    credential = file;
    return this;
  }

  /** Those of its callers are in this file. */
  public SecurityFlags httpCredentials(Path file) {
    httpCredentials = file;
    return this;
  }

  /** Demands of executors the tokens that they are given. */
  public SecurityFlags authenticateExecutors() {
    executors = true;
    return this;
  }

  /** Whether executors have to prove which they are. */
  boolean executorsHaveToProve() {
    return executors;
  }

  /** Pages and the agent's API. */
  public HttpAuthFlags http() {
    return http;
  }

  /** TLS. */
  public TlsFlags tls() {
    return tls;
  }

  /** The file of the agent's own. */
  Optional<Path> ownCredential() {
    return Optional.ofNullable(credential);
  }

  Access openAccess() {
    return http.open(
        Optional.ofNullable(httpCredentials),
        http.readonly() || http.readwrite(),
        InstantSource.system());
  }

  /** Adds them as pages show them: of secrets, the files' names. */
  void addTo(Map<String, String> flags) {
    if (credential != null) {
      flags.put("credential", credential.toString());
    }
    if (httpCredentials != null) {
      flags.put("http_credentials", httpCredentials.toString());
    }
    flags.put("authenticate_http_executors", Boolean.toString(executors));
    http.addTo(flags);
    tls.addTo(flags);
  }
}
