package io.meseta.common.auth;

import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Authorizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who may ask a daemon over HTTP, and what: the part that is the same for all daemons.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class HttpAuthFlags {

  @Option(
      names = "--authenticate_http_readonly",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description = "Pages that are only read need a credential; default false.")
  private boolean readonly;

  @Option(
      names = "--authenticate_http_readwrite",
      negatable = true,
      defaultValue = "false",
      fallbackValue = "true",
      description =
          "The operator API, and whatever else changes something, need one; default false.")
  private boolean readwrite;

  @Option(
      names = "--jwt_secret_key",
      paramLabel = "FILE",
      description =
          "A file with a key of at least 32 bytes: bearer tokens that are signed with it (JWT, HS256,"
              + " with exp) are credentials of the principal that their sub names.")
  private @Nullable Path jwtKey;

  @Option(
      names = "--acls",
      paramLabel = "JSON|FILE",
      description =
          "Who may do what, as {\"permissive\": false, \"run_tasks\": [{\"principals\":"
              + " {\"values\": [\"a\"]}, \"users\": {\"type\": \"ANY\"}}]}, or a file with that;"
              + " default is that everybody may do everything.")
  private @Nullable String acls;

  /** Demands credentials for reading, and for changing. */
  public void authenticate(boolean forReading, boolean forChanging) {
    readonly = forReading;
    readwrite = forChanging;
  }

  /** Takes bearer tokens that are signed with the key in this file. */
  public void jwtKey(Path file) {
    jwtKey = file;
  }

  /** Who may do what: JSON, or the name of a file with it. */
  public void acls(String jsonOrFile) {
    acls = jsonOrFile;
  }

  /** Whether reading needs a credential. */
  public boolean readonly() {
    return readonly;
  }

  /** Whether changing needs one. */
  public boolean readwrite() {
    return readwrite;
  }

  /**
   * Who is known and who may do what, by files that are looked at until it is closed.
   *
   * @param credentials the file of basic authentication, if there is one
   * @throws IllegalArgumentException if a file cannot be used, or somebody has to authenticate and
   *     nobody can
   */
  public Access open(Optional<Path> credentials, boolean demanded, InstantSource clock) {
    if (demanded && credentials.isEmpty() && jwtKey == null) {
      throw new IllegalArgumentException(
          "A credential is demanded by an --authenticate_… option, and nobody has one: give the file"
              + " of credentials or --jwt_secret_key");
    }
    return Access.open(
        new Access.Sources(credentials, Optional.ofNullable(jwtKey), Optional.ofNullable(acls)),
        clock);
  }

  /**
   * What makes and checks executors' tokens, with the key of bearer tokens as it is now.
   *
   * @throws IllegalArgumentException if there is a file with a key, and it cannot be used
   */
  public Optional<ExecutorTokens> executorTokens() {
    return Optional.ofNullable(jwtKey)
        .map(file -> new ExecutorTokens(CredentialFiles.readKey(file)));
  }

  /**
   * Who may do what, as it is said now.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public Authorizer authorizer() {
    return acls == null ? Authorizer.allowingEverything() : AclFormat.parse(text("--acls", acls));
  }

  /**
   * JSON that was given as it is, or in a file.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public static String text(String option, String jsonOrFile) {
    Optional<Path> file = file(jsonOrFile);
    if (file.isEmpty()) {
      return jsonOrFile;
    }
    try {
      return Files.readString(file.get());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          option + " is JSON, or a file with it, which cannot be read: " + e, e);
    }
  }

  /** The file that such an option names; empty if it is JSON. */
  static Optional<Path> file(String jsonOrFile) {
    if (jsonOrFile.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    return Optional.of(
        Path.of(
            jsonOrFile.startsWith("file://")
                ? jsonOrFile.substring("file://".length())
                : jsonOrFile));
  }

  /** Adds them as pages show them: of secrets, the files' names. */
  public void addTo(Map<String, String> flags) {
    flags.put("authenticate_http_readonly", Boolean.toString(readonly));
    flags.put("authenticate_http_readwrite", Boolean.toString(readwrite));
    if (jwtKey != null) {
      flags.put("jwt_secret_key", jwtKey.toString());
    }
    if (acls != null) {
      flags.put("acls", acls);
    }
  }
}
