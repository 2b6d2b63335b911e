package io.meseta.common.net;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files are with which a process proves who it is and judges who others are, and what it
 * asks of its clients. All files are PEM.
 *
 * @param own what it shows to others; a server needs it, a client only where servers ask for one
 * @param authorities whose certificates it trusts; empty: those that this Java trusts
 * @param clients what a server asks of its clients
 */
public record TlsOptions(Optional<Own> own, Optional<Path> authorities, Clients clients) {

  /**
   * A certificate and what proves that it is one's own.
   *
   * @param certificate with those between it and an authority after it
   * @param key PKCS#8, not encrypted
   */
  public record Own(Path certificate, Path key) {}

  /** What a server asks of its clients. */
  public enum Clients {
    /** No certificate. */
    NOT_ASKED,
    /** A certificate if the client has one; a bad one is refused. */
    ASKED,
    /** A certificate: without a good one there is no connection. */
    REQUIRED
  }

  /**
   * Refuses to ask clients for certificates where anybody's would do: those that this Java trusts
   * are authorities for the whole world.
   */
  public TlsOptions {
    if (clients != Clients.NOT_ASKED && authorities.isEmpty()) {
      throw new IllegalArgumentException(
          "To ask clients for certificates it has to be said which authorities vouch for them");
    }
  }

  /** A client that shows nothing and trusts these authorities. */
  public static TlsOptions trusting(Path authorities) {
    return new TlsOptions(Optional.empty(), Optional.of(authorities), Clients.NOT_ASKED);
  }

  /** One that shows this certificate and trusts these authorities. */
  public static TlsOptions of(Path certificate, Path key, Path authorities) {
    return new TlsOptions(
        Optional.of(new Own(certificate, key)), Optional.of(authorities), Clients.NOT_ASKED);
  }

  /** These options, with something else asked of clients. */
  public TlsOptions with(Clients newClients) {
    return new TlsOptions(own, authorities, newClients);
  }
}
