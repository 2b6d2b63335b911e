package io.meseta.agent.container.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Credentials for registries, each known by host and port. Immutable; prints the registries only.
 */
final class RegistryCredentials {

  static final RegistryCredentials NONE = new RegistryCredentials(Map.of());

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, RegistryAuth> byRegistry;

  private RegistryCredentials(Map<String, RegistryAuth> byRegistry) {
    this.byRegistry = byRegistry;
  }

  /** For one registry. */
  static RegistryCredentials of(String registry, String username, String password) {
    String host = ImageReference.canonicalRegistry(registry);
    return new RegistryCredentials(Map.of(host, new RegistryAuth(host, username, password, "")));
  }

  /**
   * Reads what {@code docker login} writes: a {@code config.json}, or a {@code .dockercfg}, which
   * is its {@code auths} alone. What needs a helper program ({@code credsStore}) is not in there.
   *
   * @throws IllegalArgumentException if it is neither; the message holds nothing of the text
   */
  static RegistryCredentials parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // Its message would quote the text.
      throw new IllegalArgumentException("not JSON, at " + position(e));
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("not a JSON object");
    }
    boolean bare =
        !root.has("auths") && root.properties().stream().allMatch(RegistryCredentials::isEntry);
    JsonNode auths = bare ? root : root.path("auths");
    Map<String, RegistryAuth> found = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : auths.properties()) {
      String registry = ImageReference.canonicalRegistry(entry.getKey());
      authOf(registry, entry.getValue()).ifPresent(auth -> found.putIfAbsent(registry, auth));
    }
    return new RegistryCredentials(found);
  }

  private static String position(JsonProcessingException e) {
    return e.getLocation() == null
        ? "an unknown place"
        : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }

  private static boolean isEntry(Map.Entry<String, JsonNode> entry) {
    return entry.getValue().has("auth");
  }

  private static Optional<RegistryAuth> authOf(String registry, JsonNode entry) {
    String token = entry.path("identitytoken").asText("");
    String username = entry.path("username").asText("");
    String password = entry.path("password").asText("");
    String both = decode(registry, entry.path("auth").asText(""));
    int colon = both.indexOf(':');
    if (colon > 0) {
      username = both.substring(0, colon);
      password = both.substring(colon + 1);
    }
    // An entry without any is what docker login leaves where a helper program keeps them.
    return username.isEmpty() && token.isEmpty()
        ? Optional.empty()
        : Optional.of(new RegistryAuth(registry, username, password, token));
  }

  private static String decode(String registry, String auth) {
    try {
      String text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      // Some writers pad it with zeros.
      return text.replace("\0", "");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the auth of " + registry + " is not base64");
    }
  }

  /** These, and the others for registries that these do not know. */
  RegistryCredentials or(RegistryCredentials others) {
    Map<String, RegistryAuth> all = new TreeMap<>(others.byRegistry);
    all.putAll(byRegistry);
    return new RegistryCredentials(all);
  }

  /** For the registry of an image. */
  Optional<RegistryAuth> forImage(String image) {
    return Optional.ofNullable(byRegistry.get(ImageReference.registryOf(image)));
  }

  @Override
  public String toString() {
    return "credentials for " + byRegistry.keySet();
  }
}
