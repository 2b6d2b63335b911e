package io.meseta.common.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.meseta.common.net.Headers;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tokens by which executors prove to their agent which they are: JWTs as Mesos makes them, with the
 * ids as claims ({@code fid}, {@code eid}, {@code cid}) and without an end, as an executor may live
 * long. They name no principal, so that they are no credential anywhere else. Thread-safe.
 */
public final class ExecutorTokens {

  private static final String SCHEME = "bearer ";

  private final JWSSigner signer;
  private final JWSVerifier signature;

  /** Which executor a token was made for. */
  public record Claims(String framework, String executor, String container) {}

  /**
   * Signs and checks with this key.
   *
   * @throws IllegalArgumentException if it is too short
   */
  public ExecutorTokens(byte[] key) {
    JwtAuthenticator.requireLongEnough(key);
    try {
      signer = new MACSigner(key);
      signature = new MACVerifier(key);
    } catch (JOSEException e) {
      throw new IllegalArgumentException("The key of --jwt_secret_key cannot be used", e);
    }
  }

  /** The token of an executor in its container. */
  public String mint(Claims claims) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder()
                .claim("fid", claims.framework())
                .claim("eid", claims.executor())
                .claim("cid", claims.container())
                .build());
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("a key that was taken signs", e);
    }
    return token.serialize();
  }

  /** What a request's token proves; empty if it has none, or one that is not good. */
  public Optional<Claims> read(Headers headers) {
    List<String> given = headers.all("Authorization");
    if (given.size() != 1 || !given.get(0).toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    try {
      SignedJWT token = SignedJWT.parse(given.get(0).substring(SCHEME.length()).strip());
      if (!token.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
          || !token.verify(signature)) {
        return Optional.empty();
      }
      JWTClaimsSet said = token.getJWTClaimsSet();
      String framework = said.getStringClaim("fid");
      String executor = said.getStringClaim("eid");
      String container = said.getStringClaim("cid");
      return framework == null || executor == null || container == null
          ? Optional.empty()
          : Optional.of(new Claims(framework, executor, container));
    } catch (ParseException | JOSEException e) {
      // Nothing is proved; the token itself is nothing for a log.
      return Optional.empty();
    }
  }
}
