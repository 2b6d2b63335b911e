package io.meseta.common.net;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS from files that may be replaced while the process runs: connections that are made afterwards
 * use the new ones, those that are open stay as they are. Files that do not fit together, or cannot
 * be read, change nothing until they do.
 *
 * <p>TLS 1.2 and 1.3, by the JDK. A client takes a server only for the host that its certificate
 * names. Thread-safe.
 */
public final class TlsFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  /** Between two looks at the files. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final char[] NO_PASSWORD = new char[0];

  private final TlsOptions options;
  private final ReplaceableTls client;
  private final Optional<ReplaceableTls> server;
  private final ScheduledExecutorService looking;
  private Map<Path, byte[]> taken;
  private String problem = "";

  /** What the files say; without a key there is no chain, and no authorities are the usual ones. */
  private record Material(
      List<X509Certificate> chain, @Nullable PrivateKey key, List<X509Certificate> authorities) {}

  private TlsFiles(TlsOptions options) {
    this.options = options;
    this.taken = read(options);
    Material material = material(options, taken);
    this.client = new ReplaceableTls(client(material));
    this.server =
        options.own().isPresent()
            ? Optional.of(new ReplaceableTls(server(material, options.clients())))
            : Optional.empty();
    this.looking =
        Executors.newSingleThreadScheduledExecutor(work -> {
          Thread thread = new Thread(work, "tls-files");
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Reads the files, and looks at them again now and then until closed.
   *
   * @throws IllegalArgumentException if they cannot be used; the text names the file
   */
  public static TlsFiles open(TlsOptions options) {
    TlsFiles files = new TlsFiles(options);
    long ms = INTERVAL.toMillis();
    var unused = files.looking.scheduleWithFixedDelay(files::look, ms, ms, TimeUnit.MILLISECONDS);
    return files;
  }

  SslContext client() {
    return client;
  }

  SslContext server() {
    return server.orElseThrow(
        () -> new IllegalArgumentException("A TLS server needs a certificate and its key"));
  }

  /**
   * The same for clients that are not this package's. It is what the files say now, and does not
   * follow them.
   *
   * @throws IllegalArgumentException as {@link #open}
   */
  public static SSLContext forJdk(TlsOptions options) {
    Material material = material(options, read(options));
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, NO_PASSWORD);
      if (material.key() != null) {
        store.setKeyEntry(
            "own", material.key(), NO_PASSWORD, material.chain().toArray(new X509Certificate[0]));
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust(material), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(Material material)
      throws GeneralSecurityException, IOException {
    if (material.authorities().isEmpty()) {
      return null;
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, NO_PASSWORD);
    for (X509Certificate authority : material.authorities()) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }

  /** Looks at the files, and takes them if they have changed and are good. */
  synchronized void look() {
    try {
      Map<Path, byte[]> now = read(options);
      if (!same(taken, now)) {
        Material material = material(options, now);
        SslContext newClient = client(material);
        if (server.isPresent()) {
          server.get().replace(server(material, options.clients()));
        }
        client.replace(newClient);
        taken = now;
        log.info("New TLS files are in use for new connections: {}", now.keySet());
      }
      problem = "";
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(problem)) {
        problem = reason;
        log.warn("The TLS files have changed and are not taken, the old ones go on: {}", reason);
      }
    }
  }

  /** Looks no more; what was given out goes on. */
  @Override
  public void close() {
    looking.shutdownNow();
  }

  private static boolean same(Map<Path, byte[]> one, Map<Path, byte[]> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(file -> Arrays.equals(file.getValue(), other.get(file.getKey())));
  }

  private static Map<Path, byte[]> read(TlsOptions options) {
    Map<Path, byte[]> files = new LinkedHashMap<>();
    options
        .own()
        .ifPresent(own -> {
          files.put(own.certificate(), bytes(own.certificate()));
          files.put(own.key(), bytes(own.key()));
        });
    options.authorities().ifPresent(file -> files.put(file, bytes(file)));
    return files;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("The TLS file " + file + " cannot be read: " + e, e);
    }
  }

  private static Material material(TlsOptions options, Map<Path, byte[]> files) {
    List<X509Certificate> authorities =
        options
            .authorities()
            .map(file -> Pem.certificates(file, text(files, file)))
            .orElse(List.of());
    if (options.own().isEmpty()) {
      return new Material(List.of(), null, authorities);
    }
    TlsOptions.Own own = options.own().get();
    List<X509Certificate> chain =
        Pem.certificates(own.certificate(), text(files, own.certificate()));
    PrivateKey key = Pem.key(own.key(), text(files, own.key()));
    Pem.requirePair(own, chain.get(0), key);
    return new Material(chain, key, authorities);
  }

  private static byte[] text(Map<Path, byte[]> files, Path file) {
    byte[] text = files.get(file);
    if (text == null) {
      throw new IllegalStateException(file + " was not read");
    }
    return text;
  }

  private static SslContext client(Material material) {
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
    if (material.key() != null) {
      builder.keyManager(material.key(), material.chain());
    }
    return build(builder, material);
  }

  private static SslContext server(Material material, TlsOptions.Clients clients) {
    SslContextBuilder builder =
        SslContextBuilder.forServer(material.key(), material.chain())
            .clientAuth(
                switch (clients) {
                  case NOT_ASKED -> ClientAuth.NONE;
                  case ASKED -> ClientAuth.OPTIONAL;
                  case REQUIRED -> ClientAuth.REQUIRE;
                });
    return build(builder, material);
  }

  private static SslContext build(SslContextBuilder builder, Material material) {
    if (!material.authorities().isEmpty()) {
      builder.trustManager(material.authorities());
    }
    try {
      return builder.sslProvider(SslProvider.JDK).protocols(PROTOCOLS).build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }
}
