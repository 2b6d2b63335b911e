package io.meseta.common.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Set;

/**
 * Bearer tokens: JWTs signed with a shared key, HS256 and nothing else. The principal is the claim
 * {@code sub}; a token without an end ({@code exp}) is none.
 */
final class JwtAuthenticator implements Authenticator {

  /** Shorter keys can be guessed; RFC 7518 demands as much. */
  private static final int MIN_KEY_BYTES = 32;

  /** Ours and others' clocks may differ so much. */
  private static final int CLOCK_SKEW_SECONDS = 5;

  private final JWSVerifier signature;
  private final DefaultJWTClaimsVerifier<?> claims;

  /**
   * Checks tokens by this key.
   *
   * @throws IllegalArgumentException if it is too short
   */
  JwtAuthenticator(byte[] key, InstantSource clock) {
    requireLongEnough(key);
    try {
      signature = new MACVerifier(key);
    } catch (JOSEException e) {
      throw new IllegalArgumentException("The key of --jwt_secret_key cannot be used", e);
    }
    claims = new Claims<>(clock);
  }

  static void requireLongEnough(byte[] key) {
    if (key.length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "The key of --jwt_secret_key has "
              + key.length
              + " bytes; it needs at least "
              + MIN_KEY_BYTES);
    }
  }

  @Override
  public String scheme() {
    return "Bearer";
  }

  @Override
  public Optional<String> principal(String parameter) {
    try {
      SignedJWT token = SignedJWT.parse(parameter);
      if (!token.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
          || !token.verify(signature)) {
        return Optional.empty();
      }
      JWTClaimsSet said = token.getJWTClaimsSet();
      claims.verify(said, null);
      return Optional.ofNullable(said.getSubject()).filter(subject -> !subject.isEmpty());
    } catch (ParseException | JOSEException | BadJOSEException e) {
      // Nothing is proved; the token itself is nothing for a log.
      return Optional.empty();
    }
  }

  /** The library's rules for {@code exp} and {@code nbf}, by a clock that tests can drive. */
  private static final class Claims<C extends com.nimbusds.jose.proc.SecurityContext>
      extends DefaultJWTClaimsVerifier<C> {
    private final InstantSource clock;

    Claims(InstantSource clock) {
      super(null, Set.of("sub", "exp"));
      this.clock = clock;
      setMaxClockSkew(CLOCK_SKEW_SECONDS);
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }
}
