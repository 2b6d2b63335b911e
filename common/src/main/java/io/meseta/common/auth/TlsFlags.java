package io.meseta.common.auth;

import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * TLS of a daemon: with a certificate it listens with https only, and speaks https to other
 * daemons. Mesos's environment variables are read too.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class TlsFlags {

  @Option(
      names = "--ssl_cert_file",
      paramLabel = "FILE",
      defaultValue = "${env:LIBPROCESS_SSL_CERT_FILE}",
      description =
          "This daemon's certificate, PEM, with those between it and an authority after it: it"
              + " listens with https then, and speaks https to other daemons. New files are taken"
              + " for new connections.")
  private @Nullable Path certificate;

  @Option(
      names = "--ssl_key_file",
      paramLabel = "FILE",
      defaultValue = "${env:LIBPROCESS_SSL_KEY_FILE}",
      description = "The certificate's private key: PEM, PKCS#8, not encrypted.")
  private @Nullable Path key;

  @Option(
      names = "--ssl_ca_file",
      paramLabel = "FILE",
      defaultValue = "${env:LIBPROCESS_SSL_CA_FILE}",
      description =
          "Certificates of the authorities that vouch for daemons and clients, PEM; default is those"
              + " that Java trusts.")
  private @Nullable Path authorities;

  @Option(
      names = "--ssl_require_client_cert",
      negatable = true,
      defaultValue = "${env:LIBPROCESS_SSL_REQUIRE_CLIENT_CERT:-false}",
      fallbackValue = "true",
      description =
          "Nobody connects without a certificate of such an authority; default false. Needs"
              + " --ssl_ca_file.")
  private boolean requireClientCert;

  /** Listens and speaks with https by these files. */
  public void files(Path certificateFile, Path keyFile, Path authorityFile) {
    certificate = certificateFile;
    key = keyFile;
    authorities = authorityFile;
  }

  /** Demands a certificate of every client. */
  public void requireClientCert() {
    requireClientCert = true;
  }

  /** Whether https is spoken. */
  public boolean isOn() {
    return certificate != null;
  }

  /**
   * Opens the files, to be closed in the end; empty without TLS.
   *
   * @param agentsMayProve whether a client may prove who it is by its certificate
   * @throws IllegalArgumentException if options are missing or files cannot be used
   */
  public Optional<TlsFiles> open(boolean agentsMayProve) {
    if (certificate == null && key == null) {
      if (authorities != null || requireClientCert) {
        throw new IllegalArgumentException(
            "--ssl_ca_file and --ssl_require_client_cert need --ssl_cert_file and --ssl_key_file");
      }
      return Optional.empty();
    }
    if (certificate == null || key == null) {
      throw new IllegalArgumentException("--ssl_cert_file and --ssl_key_file need each other");
    }
    if (requireClientCert && authorities == null) {
      throw new IllegalArgumentException("--ssl_require_client_cert needs --ssl_ca_file");
    }
    return Optional.of(
        TlsFiles.open(
            new TlsOptions(
                Optional.of(new TlsOptions.Own(certificate, key)),
                Optional.ofNullable(authorities),
                clients(agentsMayProve))));
  }

  private TlsOptions.Clients clients(boolean agentsMayProve) {
    if (requireClientCert) {
      return TlsOptions.Clients.REQUIRED;
    }
    return agentsMayProve && authorities != null
        ? TlsOptions.Clients.ASKED
        : TlsOptions.Clients.NOT_ASKED;
  }

  /**
   * What clients that this daemon starts have to know in order to reach it, as Mesos tells it: in
   * their environment. The file of authorities is named as it is here.
   */
  public Map<String, String> forClients() {
    Map<String, String> variables = new TreeMap<>();
    if (isOn()) {
      variables.put("LIBPROCESS_SSL_ENABLED", "1");
      if (authorities != null) {
        variables.put("LIBPROCESS_SSL_CA_FILE", authorities.toAbsolutePath().toString());
      }
    }
    return variables;
  }

  /** Adds them as pages show them. */
  public void addTo(Map<String, String> flags) {
    if (certificate != null) {
      flags.put("ssl_cert_file", certificate.toString());
    }
    if (key != null) {
      flags.put("ssl_key_file", key.toString());
    }
    if (authorities != null) {
      flags.put("ssl_ca_file", authorities.toString());
    }
    flags.put("ssl_require_client_cert", Boolean.toString(requireClientCert));
  }
}
