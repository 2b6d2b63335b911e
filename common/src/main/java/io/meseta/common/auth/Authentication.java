package io.meseta.common.auth;

import io.meseta.common.net.Headers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The schemes by which a daemon knows its callers; perhaps none. Thread-safe. */
public final class Authentication {

  private final List<Authenticator> schemes;

  /** Knows by these. */
  Authentication(List<Authenticator> schemes) {
    this.schemes = List.copyOf(schemes);
  }

  /** What a request has proved. */
  sealed interface Proof {
    record Proved(String principal) implements Proof {}

    /** It has no credential, or nobody here could judge one. */
    record Nothing() implements Proof {}

    /** It has one that is not good. */
    record Wrong() implements Proof {}
  }

  /**
   * Knows these.
   *
   * @param credentials for HTTP basic authentication; empty: that is not spoken
   * @param jwtKey for bearer tokens; empty: they are not known
   * @throws IllegalArgumentException if the key is too short
   */
  public static Authentication of(
      List<Credential> credentials, Optional<byte[]> jwtKey, InstantSource clock) {
    List<Authenticator> schemes = new ArrayList<>();
    if (!credentials.isEmpty()) {
      schemes.add(new BasicAuthenticator(credentials));
    }
    jwtKey.ifPresent(key -> schemes.add(new JwtAuthenticator(key, clock)));
    return new Authentication(schemes);
  }

  /** Whether it knows nobody. */
  public boolean isEmpty() {
    return schemes.isEmpty();
  }

  /** What the head of a request proves. */
  Proof judge(Headers headers) {
    List<String> given = headers.all("Authorization");
    if (given.isEmpty() || schemes.isEmpty()) {
      return new Proof.Nothing();
    }
    if (given.size() > 1) {
      return new Proof.Wrong();
    }
    String[] parts = given.get(0).strip().split(" +", 2);
    for (Authenticator scheme : schemes) {
      if (parts.length == 2 && scheme.scheme().equalsIgnoreCase(parts[0])) {
        Optional<String> principal = scheme.principal(parts[1].strip());
        return principal.<Proof>map(Proof.Proved::new).orElseGet(Proof.Wrong::new);
      }
    }
    return new Proof.Wrong();
  }

  /** The values of {@code WWW-Authenticate} for a realm. */
  List<String> challenges(String realm) {
    return schemes.stream()
        .map(scheme -> String.format(Locale.ROOT, "%s realm=\"%s\"", scheme.scheme(), realm))
        .toList();
  }
}
