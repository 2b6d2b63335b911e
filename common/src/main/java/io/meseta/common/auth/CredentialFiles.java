package io.meseta.common.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files of credentials, in both of Mesos's forms: JSON, or a line with principal and secret
 * for each. What is wrong is told without the file's text.
 */
public final class CredentialFiles {

  private static final Logger log = LoggerFactory.getLogger(CredentialFiles.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private CredentialFiles() {}

  /**
   * Those of {@code --credentials}: {@code {"credentials": [{"principal": …, "secret": …}]}}, or
   * lines.
   *
   * @throws IllegalArgumentException if the file cannot be read or is of neither form
   */
  public static List<Credential> readAll(Path file) {
    return parseAll(file, text(file));
  }

  /** The same of a text that was read from the file. */
  static List<Credential> parseAll(Path file, String text) {
    warnIfOthersMayRead(file);
    List<Credential> found =
        text.stripLeading().startsWith("{")
            ? allFromJson(file, json(file, text).path("credentials"))
            : fromLines(file, text);
    if (found.isEmpty()) {
      throw wrong(file, "it has no credential");
    }
    if (found.stream().map(Credential::principal).distinct().count() < found.size()) {
      throw wrong(file, "a principal is there twice");
    }
    return found;
  }

  /**
   * The one of {@code --credential}: {@code {"principal": …, "secret": …}}, or a line.
   *
   * @throws IllegalArgumentException as {@link #readAll}
   */
  public static Credential readOne(Path file) {
    return parseOne(file, text(file));
  }

  /** The same of a text that was read from the file. */
  static Credential parseOne(Path file, String text) {
    warnIfOthersMayRead(file);
    if (text.stripLeading().startsWith("{")) {
      return fromJson(file, json(file, text));
    }
    List<Credential> lines = fromLines(file, text);
    if (lines.size() != 1) {
      throw wrong(file, "it has " + lines.size() + " credentials, and one is wanted");
    }
    return lines.get(0);
  }

  /**
   * A key that is a file's whole content, but for space around it.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  static byte[] readKey(Path file) {
    return key(text(file));
  }

  /** The same of a text that was read from the file. */
  static byte[] key(String text) {
    return text.strip().getBytes(StandardCharsets.UTF_8);
  }

  private static List<Credential> allFromJson(Path file, JsonNode nodes) {
    List<Credential> credentials = new ArrayList<>();
    for (JsonNode node : nodes) {
      credentials.add(fromJson(file, node));
    }
    return credentials;
  }

  private static Credential fromJson(Path file, JsonNode node) {
    if (!node.path("principal").isTextual() || !node.path("secret").isTextual()) {
      throw wrong(file, "a credential is {\"principal\": \"…\", \"secret\": \"…\"}");
    }
    return credential(file, node.get("principal").textValue(), node.get("secret").textValue());
  }

  private static List<Credential> fromLines(Path file, String text) {
    List<Credential> credentials = new ArrayList<>();
    for (String line : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
      String[] parts = line.split("\\s+", -1);
      if (parts.length != 2) {
        throw wrong(file, "a line is a principal, a space and a secret, or all is JSON");
      }
      credentials.add(credential(file, parts[0], parts[1]));
    }
    return credentials;
  }

  private static Credential credential(Path file, String principal, String secret) {
    try {
      return new Credential(principal, secret);
    } catch (IllegalArgumentException e) {
      throw wrong(file, String.valueOf(e.getMessage()));
    }
  }

  /** Jackson's message would quote the text. */
  private static JsonNode json(Path file, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw wrong(file, "it begins as JSON and is none, in line " + e.getLocation().getLineNr());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("The file of credentials cannot be read: " + e, e);
    }
  }

  static void warnIfOthersMayRead(Path file) {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        log.warn("Every user of this machine can read the secrets in {}: chmod 600 it", file);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be looked at: " + e, e);
    }
  }

  private static IllegalArgumentException wrong(Path file, String why) {
    return new IllegalArgumentException("The file of credentials " + file + ": " + why);
  }
}
