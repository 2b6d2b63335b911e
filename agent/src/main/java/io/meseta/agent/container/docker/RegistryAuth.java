package io.meseta.agent.container.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a registry is told so that it lets in. Prints nothing of it.
 *
 * @param identityToken empty where user name and password are given
 */
record RegistryAuth(String registry, String username, String password, String identityToken) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As the engine wants it in {@code X-Registry-Auth}. */
  String header() {
    Map<String, String> fields = new TreeMap<>();
    fields.put("serveraddress", registry);
    if (identityToken.isEmpty()) {
      fields.put("username", username);
      fields.put("password", password);
    } else {
      fields.put("identitytoken", identityToken);
    }
    try {
      return Base64.getUrlEncoder()
          .encodeToString(JSON.writeValueAsString(fields).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written as JSON", e);
    }
  }

  @Override
  public String toString() {
    return "credentials for " + registry;
  }
}
