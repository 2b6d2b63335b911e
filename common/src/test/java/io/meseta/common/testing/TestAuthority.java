package io.meseta.common.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meseta.common.net.TlsOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority for tests, by the JDK's keytool: its files are PEM. */
public final class TestAuthority {
  private static final String PASSWORD = "changeit";

  private final Path directory;
  private final Path store;
  private int issued;

  /** A new authority whose files are in this directory. */
  public TestAuthority(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    this.store = directory.resolve("store.p12");
    keytool("-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c");
    write(authorities(), "CERTIFICATE", load().getCertificate("ca").getEncoded());
  }

  /** The authority's own certificate. */
  public Path authorities() {
    return directory.resolve("ca.pem");
  }

  /**
   * A new certificate and its key.
   *
   * @param name its common name
   * @param alternatives as keytool's {@code san} has them: {@code dns:localhost,ip:127.0.0.1}
   */
  public TlsOptions.Own issue(String name, String alternatives) throws Exception {
    issued++;
    String alias = "leaf-" + issued;
    keytool(
        "-alias", alias, "-signer", "ca", "-dname", "CN=" + name, "-ext", "san=" + alternatives);
    KeyStore keys = load();
    Path certificate = directory.resolve(alias + ".pem");
    Path key = directory.resolve(alias + ".key");
    Certificate leaf = keys.getCertificate(alias);
    write(certificate, "CERTIFICATE", leaf.getEncoded());
    Key secret = keys.getKey(alias, PASSWORD.toCharArray());
    write(key, "PRIVATE KEY", secret.getEncoded());
    return new TlsOptions.Own(certificate, key);
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static void write(Path file, String what, byte[] encoded) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(encoded);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-keystore"));
    command.addAll(List.of(store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keyalg", "EC"));
    command.addAll(List.of(arguments));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool failed: " + output);
    }
  }
}
