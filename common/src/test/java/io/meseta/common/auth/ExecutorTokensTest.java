package io.meseta.common.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meseta.common.net.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExecutorTokensTest {

  private static final byte[] KEY =
      "a key of more than thirty-two bytes".getBytes(StandardCharsets.UTF_8);
  private static final ExecutorTokens.Claims CLAIMS = new ExecutorTokens.Claims("f", "e", "c");

  private final ExecutorTokens tokens = new ExecutorTokens(KEY);

  private static Headers bearer(String token) {
    return Headers.of("Authorization", "Bearer " + token);
  }

  private static JWTClaimsSet claims(String leftOut) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().subject("ops");
    for (String name : new String[] {"fid", "eid", "cid"}) {
      if (!name.equals(leftOut)) {
        claims.claim(name, name.substring(0, 1));
      }
    }
    return claims.build();
  }

  private static String signed(byte[] key, JWSAlgorithm algorithm, JWTClaimsSet claims)
      throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
    token.sign(new MACSigner(key));
    return token.serialize();
  }

  @Test
  void aTokenSaysForWhomItWasMade() {
    assertThat(tokens.read(bearer(tokens.mint(CLAIMS)))).contains(CLAIMS);
    assertThat(tokens.read(Headers.of("Authorization", "bearer  " + tokens.mint(CLAIMS))))
        .contains(CLAIMS);
  }

  @Test
  void otherTokensProveNothing() throws Exception {
    byte[] longKey = new byte[64];
    assertThat(tokens.read(Headers.none())).isEmpty();
    assertThat(tokens.read(Headers.of("Authorization", "Basic Zjpl"))).isEmpty();
    assertThat(tokens.read(bearer("a.b.c"))).isEmpty();
    assertThat(tokens.read(bearer(new ExecutorTokens(new byte[32]).mint(CLAIMS)))).isEmpty();
    assertThat(tokens.read(bearer(new PlainJWT(claims("none")).serialize()))).isEmpty();
    assertThat(tokens.read(bearer(signed(longKey, JWSAlgorithm.HS512, claims("none"))))).isEmpty();
    assertThat(tokens.read(bearer(signed(KEY, JWSAlgorithm.HS256, claims("none"))))).isPresent();
    for (String name : new String[] {"fid", "eid", "cid"}) {
      assertThat(tokens.read(bearer(signed(KEY, JWSAlgorithm.HS256, claims(name))))).isEmpty();
    }
    Headers two = bearer(tokens.mint(CLAIMS));
    assertThat(tokens.read(two.with("Authorization", "Bearer x"))).isEmpty();
  }

  @Test
  void itIsACredentialNowhereElse() {
    JwtAuthenticator bearers = new JwtAuthenticator(KEY, () -> Instant.EPOCH);
    assertThat(bearers.principal(tokens.mint(CLAIMS))).isEmpty();
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatThrownBy(() -> new ExecutorTokens(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32");
  }
}
