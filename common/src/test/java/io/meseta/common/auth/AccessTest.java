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
import com.nimbusds.jwt.SignedJWT;
import io.meseta.common.acl.Action;
import io.meseta.common.net.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What files say is in force when they have changed, and stays in force when they are no good. */
class AccessTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String KEY = "a key of more than thirty-two bytes";
  private static final String OTHER_KEY = "another key of more than 32 bytes..";

  @TempDir Path directory;
  private Path credentials;
  private Path key;
  private Path acls;
  private Access access;
  private final List<String> told = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(ReloadedFile.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void open() throws IOException {
    credentials = Files.writeString(directory.resolve("credentials"), "ops hunter2\napp hunter3");
    key = Files.writeString(directory.resolve("key"), KEY + "\n");
    acls = Files.writeString(directory.resolve("acls"), "{\"permissive\": false}");
    access =
        Access.open(
            new Access.Sources(
                Optional.of(credentials), Optional.of(key), Optional.of(acls.toString())),
            () -> NOW);
    access.onNewCallers(() -> told.add("callers"));
    access.onNewLists(() -> told.add("lists"));
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void close() {
    logger.detachAppender(lines);
    access.close();
  }

  private boolean knows(String authorization) {
    return access.authentication().judge(Headers.of("Authorization", authorization))
        instanceof Authentication.Proof.Proved;
  }

  private static String basic(String principal, String secret) {
    return new Credential(principal, secret).authorization();
  }

  private static String token(String key) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder()
                .subject("ci")
                .expirationTime(Date.from(NOW.plusSeconds(60)))
                .build());
    token.sign(new MACSigner(key.getBytes(StandardCharsets.UTF_8)));
    return "Bearer " + token.serialize();
  }

  private boolean allowsAll() {
    return access.authorizer().allowsForEveryObject(Optional.of("ops"), Action.RUN_TASKS);
  }

  @Test
  void newFilesAreInForceAndWhoListensIsTold() throws Exception {
    assertThat(knows(basic("ops", "hunter2"))).isTrue();
    assertThat(knows(token(KEY))).isTrue();
    assertThat(allowsAll()).isFalse();
    access.look();
    assertThat(told).as("nothing has changed").isEmpty();

    Files.writeString(credentials, "ops new-secret");
    Files.writeString(key, OTHER_KEY);
    Files.writeString(acls, "{\"permissive\": true}");
    access.look();

    assertThat(knows(basic("ops", "hunter2"))).isFalse();
    assertThat(knows(basic("app", "hunter3"))).isFalse();
    assertThat(knows(basic("ops", "new-secret"))).isTrue();
    assertThat(knows(token(KEY))).isFalse();
    assertThat(knows(token(OTHER_KEY))).isTrue();
    assertThat(allowsAll()).isTrue();
    assertThat(told).containsExactly("callers", "lists");
  }

  @Test
  void aFileThatMakesNoSenseLeavesTheOldOneInForceWithOneLine() throws Exception {
    Files.writeString(credentials, "ops new-secret and-more");
    Files.writeString(key, "short");
    Files.delete(acls);
    access.look();
    access.look();

    assertThat(knows(basic("ops", "hunter2"))).isTrue();
    assertThat(knows(token(KEY))).isTrue();
    assertThat(allowsAll()).isFalse();
    assertThat(told).isEmpty();
    assertThat(lines.list).hasSize(3);
    assertThat(lines.list)
        .allSatisfy(line ->
            assertThat(line.getFormattedMessage())
                .contains("is not taken, the old one goes on")
                .doesNotContain("new-secret", "short"));
  }

  @Test
  void aBrokenFileDoesNotKeepAnotherFromBeingTaken() throws Exception {
    Files.writeString(acls, "{\"permissive\":");
    Files.writeString(credentials, "app hunter3");
    access.look();

    assertThat(knows(basic("ops", "hunter2"))).as("was taken away").isFalse();
    assertThat(told).containsExactly("callers");

    Files.writeString(acls, "{\"permissive\": true}");
    access.look();
    assertThat(allowsAll()).isTrue();
  }

  @Test
  void anEmptyFileIsNone() throws Exception {
    Files.writeString(credentials, "");
    access.look();
    assertThat(knows(basic("ops", "hunter2"))).isTrue();
  }

  @Test
  void onesOwnCredentialIsFollowedToo() throws Exception {
    Path own = Files.writeString(directory.resolve("own"), "agent first");
    Supplier<Credential> mine = access.follow(own);
    Files.writeString(own, "agent second");
    access.look();
    assertThat(mine.get()).isEqualTo(new Credential("agent", "second"));
    assertThatThrownBy(() -> access.follow(directory.resolve("nothing")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
