package io.meseta.cli.client;

import io.meseta.common.auth.CredentialFiles;
import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who a command is to the daemons that it asks, and how it reaches them. To be mixed into every
 * command that asks one. Secrets are in files: what stands on a command line is read by others.
 */
public final class ClientOptions {

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      defaultValue = "${env:MESETA_CREDENTIAL}",
      description =
          "A file with the principal and the secret to ask as: {\"principal\": …, \"secret\": …}, or a"
              + " line with both.")
  private @Nullable Path credential;

  @Option(
      names = "--token",
      paramLabel = "FILE",
      defaultValue = "${env:MESETA_TOKEN}",
      description = "A file with a bearer token instead.")
  private @Nullable Path token;

  @Option(
      names = "--https",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "Speak https where an address does not say; so it is, too, with --ssl_ca_file.")
  private boolean https;

  @Option(
      names = "--ssl_ca_file",
      paramLabel = "FILE",
      description =
          "Certificates of the authorities that vouch for daemons, PEM; default is those that Java"
              + " trusts.")
  private @Nullable Path authorities;

  @Option(
      names = "--ssl_cert_file",
      paramLabel = "FILE",
      description = "Our own certificate, PEM, for daemons that demand one.")
  private @Nullable Path certificate;

  @Option(
      names = "--ssl_key_file",
      paramLabel = "FILE",
      description = "Its private key: PEM, PKCS#8, not encrypted.")
  private @Nullable Path key;

  /**
   * A client as the options say, to be closed by the caller.
   *
   * @throws IllegalArgumentException if options do not fit together, or a file makes no sense
   * @throws IOException if the token cannot be read
   */
  public DaemonClient open() throws IOException {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--ssl_cert_file and --ssl_key_file need each other");
    }
    boolean secure = https || authorities != null || certificate != null;
    return new DaemonClient(secure ? "https" : "http", authorization(), tls());
  }

  private Optional<String> authorization() throws IOException {
    if (credential != null && token != null) {
      throw new IllegalArgumentException("Give --credential or --token, not both");
    }
    if (token != null) {
      return Optional.of("Bearer " + Files.readString(token).strip());
    }
    return Optional.ofNullable(credential)
        .map(file -> CredentialFiles.readOne(file).authorization());
  }

  private Optional<SSLContext> tls() {
    if (authorities == null && certificate == null) {
      return Optional.empty();
    }
    Optional<TlsOptions.Own> own =
        certificate == null || key == null
            ? Optional.empty()
            : Optional.of(new TlsOptions.Own(certificate, key));
    return Optional.of(
        TlsFiles.forJdk(
            new TlsOptions(own, Optional.ofNullable(authorities), TlsOptions.Clients.NOT_ASKED)));
  }
}
