package io.meseta.master;

import io.meseta.common.acl.Authorizer;
import io.meseta.common.auth.Access;
import io.meseta.common.auth.HttpAuthFlags;
import io.meseta.common.auth.RateLimits;
import io.meseta.common.auth.TlsFlags;
import io.meseta.common.net.TlsFiles;
import io.meseta.master.security.MasterRealms;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Who may ask the master, and what.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class SecurityFlags {

  @Option(
      names = "--credentials",
      paramLabel = "FILE",
      description =
          "Principals and their secrets, for HTTP basic authentication: {\"credentials\":"
              + " [{\"principal\": …, \"secret\": …}]}, or a line with both for each.")
  private @Nullable Path credentials;

  @Option(
      names = "--authenticate_frameworks",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "Frameworks need a credential; default false.")
  private boolean frameworks;

  @Option(
      names = "--authenticate_http_frameworks",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "The same as --authenticate_frameworks; default false.")
  private boolean httpFrameworks;

  @Option(
      names = "--authenticate_agents",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description =
          "Agents need a credential, or a certificate of an authority in --ssl_ca_file; default"
              + " false.")
  private boolean agents;

  @Option(
      names = "--rate_limits",
      paramLabel = "JSON|FILE",
      description =
          "How many calls a second frameworks' principals may make, as {\"limits\":"
              + " [{\"principal\": \"a\", \"qps\": 10, \"capacity\": 100}],"
              + " \"aggregate_default_qps\": 50}, or a file with that.")
  private @Nullable String rateLimits;

  @Mixin private HttpAuthFlags http = new HttpAuthFlags();

  @Mixin private TlsFlags tls = new TlsFlags();

  /** Principals and their secrets are in this file. */
  public SecurityFlags credentials(Path file) {
    credentials = file;
    return this;
  }

  /** Demands a credential of frameworks, and of agents. */
  public SecurityFlags authenticate(boolean ofFrameworks, boolean ofAgents) {
    frameworks = ofFrameworks;
    agents = ofAgents;
    return this;
  }

  /** JSON, or the name of a file with it. */
  public SecurityFlags rateLimits(String jsonOrFile) {
    rateLimits = jsonOrFile;
    return this;
  }

  /** Pages and the operator API. */
  public HttpAuthFlags http() {
    return http;
  }

  /** TLS. */
  public TlsFlags tls() {
    return tls;
  }

  MasterRealms.Demands demands() {
    return new MasterRealms.Demands(
        frameworks || httpFrameworks, agents, http.readonly(), http.readwrite());
  }

  Optional<TlsFiles> openTls() {
    return tls.open(agents);
  }

  Access openAccess() {
    boolean demanded = demands().ofAnybody() || (agents && !tls.isOn());
    return http.open(Optional.ofNullable(credentials), demanded, InstantSource.system());
  }

  Authorizer authorizer() {
    return http.authorizer();
  }

  RateLimits limits() {
    return rateLimits == null
        ? RateLimits.none()
        : RateLimits.parse(HttpAuthFlags.text("--rate_limits", rateLimits));
  }

  /** Adds them as pages show them: of secrets, the files' names. */
  void addTo(Map<String, String> flags) {
    if (credentials != null) {
      flags.put("credentials", credentials.toString());
    }
    flags.put("authenticate_frameworks", Boolean.toString(frameworks || httpFrameworks));
    flags.put("authenticate_agents", Boolean.toString(agents));
    if (rateLimits != null) {
      flags.put("rate_limits", rateLimits);
    }
    http.addTo(flags);
    tls.addTo(flags);
  }
}
