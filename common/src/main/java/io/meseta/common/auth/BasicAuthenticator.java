package io.meseta.common.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HTTP basic authentication. Secrets are kept and compared as digests, in a time that does not tell
 * how much of one was right, nor whether there is such a principal.
 */
final class BasicAuthenticator implements Authenticator {

  private final Map<String, byte[]> digests = new HashMap<>();
  private final byte[] ofNobody = digest("");

  BasicAuthenticator(List<Credential> credentials) {
    credentials.forEach(known -> digests.put(known.principal(), digest(known.secret())));
  }

  @Override
  public String scheme() {
    return "Basic";
  }

  @Override
  public Optional<String> principal(String parameter) {
    String both;
    try {
      both = new String(Base64.getDecoder().decode(parameter), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not base64: nothing is proved, and the text may be a secret.
      return Optional.empty();
    }
    int colon = both.indexOf(':');
    if (colon <= 0) {
      return Optional.empty();
    }
    String principal = both.substring(0, colon);
    byte[] given = digest(both.substring(colon + 1));
    byte[] known = digests.get(principal);
    boolean same = MessageDigest.isEqual(given, known == null ? ofNobody : known);
    return same && known != null ? Optional.of(principal) : Optional.empty();
  }

  private static byte[] digest(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
