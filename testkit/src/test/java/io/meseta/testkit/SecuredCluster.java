package io.meseta.testkit;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meseta.common.auth.Credential;
import io.meseta.common.auth.ExecutorTokens;
import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import io.meseta.common.testing.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster with everything on that keeps strangers out: TLS, credentials everywhere, bearer
 * tokens, and access control lists that are not permissive. Each principal's secret is its name
 * with {@code -hunter2}. The second agent has no credential.
 */
final class SecuredCluster implements AutoCloseable {

  private static final byte[] KEY =
      "key-hunter2 and more than thirty-two bytes".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER_KEY =
      "somebody else's key, of more than 32 bytes".getBytes(StandardCharsets.UTF_8);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  final MesetaCluster cluster;
  final Path authorities;
  final Path credentials;
  final Path acls;
  private final HttpClient client;

  /**
   * @param principals all that there are
   * @param lists who of them may do what
   */
  static SecuredCluster start(Path directory, List<String> principals, String lists)
      throws Exception {
    return new SecuredCluster(directory, principals, lists);
  }

  private SecuredCluster(Path directory, List<String> principals, String lists) throws Exception {
    TestAuthority authority = new TestAuthority(directory.resolve("tls"));
    authorities = authority.authorities();
    TlsOptions.Own master = authority.issue("master", "ip:127.0.0.1");
    TlsOptions.Own agent = authority.issue("agent", "ip:127.0.0.1");
    credentials = directory.resolve("credentials");
    writeCredentials(principals);
    acls = Files.writeString(directory.resolve("acls"), lists);
    Path key = Files.write(directory.resolve("jwt"), KEY);
    Path own = Files.writeString(directory.resolve("own"), "agent " + secret("agent"));
    cluster =
        MesetaCluster.builder()
            .agents(2)
            .masterOptions(options -> {
              options.security().credentials(credentials).authenticate(true, true);
              options.security().http().authenticate(true, true);
              options.security().http().jwtKey(key);
              options.security().http().acls(acls.toString());
              options.security().tls().files(master.certificate(), master.key(), authorities);
            })
            .agentOptions((options, index) -> {
              if (index == 0) {
                options.security().credential(own);
              }
              options.security().httpCredentials(credentials);
              options.security().authenticateExecutors();
              options.security().http().authenticate(true, true);
              options.security().http().jwtKey(key);
              options.security().http().acls(acls.toString());
              options.security().tls().files(agent.certificate(), agent.key(), authorities);
            })
            .start();
    cluster.awaitReady(MesetaClusterTest.LIMIT);
    client =
        HttpClient.newBuilder()
            .sslContext(TlsFiles.forJdk(TlsOptions.trusting(authorities)))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /** Who is known from now on, with the secrets that they have always had. */
  void writeCredentials(List<String> principals) throws IOException {
    StringBuilder lines = new StringBuilder();
    principals.forEach(each -> lines.append(each).append(' ').append(secret(each)).append('\n'));
    Files.writeString(credentials, lines);
  }

  static String secret(String principal) {
    return principal + "-hunter2";
  }

  static String basic(String principal) {
    return new Credential(principal, secret(principal)).authorization();
  }

  /** A token of a principal that this cluster believes. */
  static String bearer(String principal) throws Exception {
    return token(KEY, JWSAlgorithm.HS256, claims(principal, Instant.now().plusSeconds(600)));
  }

  /** A token as agents make it for an executor. */
  static String executorToken(String framework, String executor, String container) {
    return "Bearer "
        + new ExecutorTokens(KEY).mint(new ExecutorTokens.Claims(framework, executor, container));
  }

  /** What is shown by those who have nothing to show, each with a name for it. */
  static Map<String, List<String>> badProofs(String principal) throws Exception {
    JWTClaimsSet good = claims(principal, Instant.now().plusSeconds(600));
    JWTClaimsSet over = claims(principal, Instant.now().minusSeconds(600));
    JWTClaimsSet endless = new JWTClaimsSet.Builder().subject(principal).build();
    Map<String, List<String>> proofs = new LinkedHashMap<>();
    proofs.put("none", List.of());
    proofs.put("a wrong secret", List.of(new Credential(principal, "wrong").authorization()));
    proofs.put(
        "a secret of another",
        List.of(new Credential(principal, secret("agent") + "x").authorization()));
    proofs.put("nobody's", List.of(new Credential("nobody", secret(principal)).authorization()));
    proofs.put("garbage", List.of("Basic !!!"));
    proofs.put("another scheme", List.of("Negotiate " + secret(principal)));
    proofs.put("two", List.of(basic(principal), basic(principal)));
    proofs.put("expired", List.of(token(KEY, JWSAlgorithm.HS256, over)));
    proofs.put("without an end", List.of(token(KEY, JWSAlgorithm.HS256, endless)));
    proofs.put("signed by another", List.of(token(OTHER_KEY, JWSAlgorithm.HS256, good)));
    proofs.put("not signed", List.of("Bearer " + new PlainJWT(good).serialize()));
    proofs.put("signed in another way", List.of(token(new byte[64], JWSAlgorithm.HS512, good)));
    return proofs;
  }

  private static JWTClaimsSet claims(String principal, Instant end) {
    return new JWTClaimsSet.Builder().subject(principal).expirationTime(Date.from(end)).build();
  }

  private static String token(byte[] key, JWSAlgorithm algorithm, JWTClaimsSet claims)
      throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
    token.sign(new MACSigner(key));
    return "Bearer " + token.serialize();
  }

  String master(String path) {
    return cluster.masterAddress() + path;
  }

  String agent(String path) {
    return "127.0.0.1:" + cluster.agent(0).agent().port() + path;
  }

  HttpClient client() {
    return client;
  }

  /** A request with a body of a type and these {@code Authorization} headers. */
  static HttpRequest.Builder request(
      String method, String address, List<String> proofs, String type, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + address))
            .timeout(LIMIT)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    proofs.forEach(proof -> request.header("Authorization", proof));
    return request;
  }

  HttpResponse<String> ask(String method, String address, List<String> proofs, String body)
      throws IOException, InterruptedException {
    return client.send(
        request(method, address, proofs, "application/json", body.getBytes(StandardCharsets.UTF_8))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** As a principal that shows its secret; an empty one shows nothing. */
  HttpResponse<String> askAs(String principal, String method, String address, String body)
      throws IOException, InterruptedException {
    return ask(method, address, principal.isEmpty() ? List.of() : List.of(basic(principal)), body);
  }

  /** The framework of a principal, while there is one. */
  Optional<String> frameworkOf(String principal) {
    return cluster.master().view().frameworks().values().stream()
        .filter(shown -> shown.info().getPrincipal().equals(principal))
        .map(shown -> shown.info().getId().getValue())
        .findFirst();
  }

  @Override
  public void close() {
    client.shutdownNow();
    cluster.close();
  }
}
