package io.meseta.common.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meseta.common.net.Gate;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AuthenticationGateTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final byte[] KEY =
      "a key of more than thirty-two bytes".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER_KEY =
      "another key of more than 32 bytes..".getBytes(StandardCharsets.UTF_8);
  private static final Authentication BASIC =
      Authentication.of(
          List.of(new Credential("ops", "hunter2"), new Credential("app", "s:e:c")),
          Optional.empty(),
          () -> NOW);
  private static final Authentication BOTH =
      Authentication.of(List.of(new Credential("ops", "hunter2")), Optional.of(KEY), () -> NOW);
  private static final Authentication NONE =
      Authentication.of(List.of(), Optional.empty(), () -> NOW);

  private static Gate.Verdict judge(
      Authentication authentication, Realm realm, String... authorization) {
    return new AuthenticationGate(() -> authentication, ignored -> realm)
        .judge(request(authorization));
  }

  private static HttpRequest request(String... authorization) {
    Headers headers = Headers.none();
    for (String value : authorization) {
      headers = headers.with("Authorization", value);
    }
    return new HttpRequest(
        "GET",
        new HttpRequest.Target("/x", "/x", Map.of()),
        headers,
        new byte[0],
        new InetSocketAddress(1));
  }

  private static Optional<String> principal(Gate.Verdict verdict) {
    assertThat(verdict).isInstanceOf(Gate.Verdict.Pass.class);
    return ((Gate.Verdict.Pass) verdict).request().principal();
  }

  private static Headers refusal(Gate.Verdict verdict) {
    assertThat(verdict).isInstanceOf(Gate.Verdict.Refuse.class);
    var answer = ((Gate.Verdict.Refuse) verdict).answer();
    assertThat(answer.status()).isEqualTo(401);
    return answer.headers();
  }

  private static String basic(String both) {
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whoProvesWhoTheyAreComesInWithTheirName() {
    Realm realm = Realm.of("r", true);
    assertThat(principal(judge(BASIC, realm, basic("ops:hunter2")))).contains("ops");
    assertThat(principal(judge(BASIC, realm, basic("app:s:e:c")))).contains("app");
    assertThat(principal(judge(BASIC, realm, basic("ops:hunter2").replace("Basic", "bAsIc  "))))
        .contains("ops");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ops:hunter",
        "ops:hunter22",
        "ops:",
        "ops",
        ":hunter2",
        "",
        "nobody:hunter2",
        "OPS:hunter2",
        "nobody:",
        "app:s",
        "ops:hunter2 "
      })
  void aWrongCredentialIsRefusedAlsoWhereNoneIsDemanded(String both) {
    for (boolean demanded : new boolean[] {true, false}) {
      Headers answer = refusal(judge(BASIC, Realm.of("mesos-x", demanded), basic(both)));
      assertThat(answer.all("WWW-Authenticate")).containsExactly("Basic realm=\"mesos-x\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic", "Basic !", "Bearer x", "Digest y", "hunter2", "Basic b3Bz"})
  void whatIsNoCredentialProvesNothing(String header) {
    refusal(judge(BASIC, Realm.of("r", true), header));
  }

  @Test
  void whoGuessesDoesNotFillTheLog() {
    Logger logger = (Logger) LoggerFactory.getLogger(AuthenticationGate.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      long[] now = {0};
      Gate gate = new AuthenticationGate(() -> BASIC, unused -> Realm.of("r", true), () -> now[0]);
      for (int i = 0; i < 100; i++) {
        refusal(gate.judge(request(basic("ops:guess" + i))));
      }
      now[0] = Duration.ofSeconds(1).toNanos();
      refusal(gate.judge(request(basic("ops:again"))));
      assertThat(lines.list).hasSize(2);
      assertThat(lines.list.get(1).getFormattedMessage())
          .contains("99 more")
          .doesNotContain("again");
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  void twoCredentialsAreNone() {
    refusal(judge(BASIC, Realm.of("r", true), basic("ops:hunter2"), basic("ops:hunter2")));
  }

  @Test
  void withoutACredentialNobodyComesInWhereOneIsDemanded() {
    assertThat(refusal(judge(BASIC, Realm.of("r", true))).all("WWW-Authenticate"))
        .containsExactly("Basic realm=\"r\"");
    assertThat(principal(judge(BASIC, Realm.of("r", false)))).isEmpty();
    assertThat(principal(judge(BASIC, Realm.OPEN, basic("ops:wrong")))).isEmpty();
  }

  @Test
  void whereNobodyIsKnownCredentialsAreNotLookedAt() {
    assertThat(principal(judge(NONE, Realm.of("r", false), basic("ops:hunter2")))).isEmpty();
  }

  private static String token(byte[] key, JWSAlgorithm algorithm, JWTClaimsSet claims)
      throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
    token.sign(new MACSigner(key));
    return "Bearer " + token.serialize();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder().subject("ci").expirationTime(Date.from(NOW.plusSeconds(60)));
  }

  @Test
  void aTokenThatIsSignedAndNotOverIsACredential() throws Exception {
    String token = token(KEY, JWSAlgorithm.HS256, claims().build());
    assertThat(principal(judge(BOTH, Realm.of("r", true), token))).contains("ci");
    assertThat(refusal(judge(BOTH, Realm.of("r", true))).all("WWW-Authenticate"))
        .containsExactly("Basic realm=\"r\"", "Bearer realm=\"r\"");
    refusal(judge(BASIC, Realm.of("r", true), token));
  }

  @Test
  void otherTokensAreNone() throws Exception {
    Realm realm = Realm.of("r", false);
    byte[] longKey = new byte[64];
    JWTClaimsSet good = claims().build();
    JWTClaimsSet over = claims().expirationTime(Date.from(NOW.minusSeconds(6))).build();
    JWTClaimsSet early = claims().notBeforeTime(Date.from(NOW.plusSeconds(30))).build();
    JWTClaimsSet nameless = claims().subject(null).build();
    JWTClaimsSet endless = claims().expirationTime(null).build();
    refusal(judge(BOTH, realm, token(OTHER_KEY, JWSAlgorithm.HS256, good)));
    refusal(judge(BOTH, realm, token(longKey, JWSAlgorithm.HS512, good)));
    refusal(judge(BOTH, realm, token(KEY, JWSAlgorithm.HS256, over)));
    refusal(judge(BOTH, realm, token(KEY, JWSAlgorithm.HS256, early)));
    refusal(judge(BOTH, realm, token(KEY, JWSAlgorithm.HS256, nameless)));
    refusal(judge(BOTH, realm, token(KEY, JWSAlgorithm.HS256, endless)));
    refusal(judge(BOTH, realm, "Bearer " + new PlainJWT(good).serialize()));
    refusal(judge(BOTH, realm, token(KEY, JWSAlgorithm.HS256, good) + "x"));
    refusal(judge(BOTH, realm, "Bearer a.b.c"));
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatThrownBy(() -> Authentication.of(List.of(), Optional.of(new byte[31]), () -> NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32");
  }
}
