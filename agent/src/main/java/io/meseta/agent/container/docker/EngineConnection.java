package io.meseta.agent.container.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the engine, in the API version that both sides speak.
 *
 * <p>The version is asked for with the first call, and again after {@link #forgetVersion}: an
 * engine that comes back may be another one.
 */
final class EngineConnection implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EngineConnection.class);

  /**
   * No real bound: each followed container holds a connection, and a bound below their number would
   * block every call.
   */
  private static final int MAX_CONNECTIONS = 100_000;

  private final URI host;
  private final DockerHttpClient http;
  private final DockerClient unversioned;
  private final ObjectMapper json;
  private final boolean encrypted;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Negotiated negotiated;

  private record Negotiated(ApiVersion version, DockerClient docker) {}

  EngineConnection(URI host) {
    this.host = host;
    DockerClientConfig config = configOf(host, null);
    this.json = config.getObjectMapper();
    this.http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(host)
            .sslConfig(config.getSSLConfig())
            .maxConnections(MAX_CONNECTIONS)
            .build();
    this.encrypted = config.getSSLConfig() != null;
    this.unversioned = DockerClientImpl.getInstance(config, http);
  }

  /** The client for the version agreed upon; asks the engine when there is none yet. */
  DockerClient docker() throws IOException {
    return negotiate().docker();
  }

  /** A GET whose answer is a stream; the caller closes it. */
  DockerHttpClient.Response get(String path) throws IOException {
    return stream(
        DockerHttpClient.Request.builder().method(DockerHttpClient.Request.Method.GET), path);
  }

  /** A POST without a body, whose answer is a stream; the caller closes it. */
  DockerHttpClient.Response post(String path, Map<String, String> headers) throws IOException {
    return stream(
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.POST)
            .putAllHeaders(headers),
        path);
  }

  /** A POST of a tar, whose answer is a stream; the caller closes it. */
  DockerHttpClient.Response postTar(String path, byte[] tar) throws IOException {
    return stream(
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.POST)
            .putAllHeaders(Map.of("Content-Type", "application/x-tar"))
            .bodyBytes(tar),
        path);
  }

  private DockerHttpClient.Response stream(DockerHttpClient.Request.Builder request, String path)
      throws IOException {
    DockerHttpClient.Response response =
        http.execute(request.path("/v" + negotiate().version() + path).build());
    int status = response.getStatusCode();
    if (status == 200) {
      return response;
    }
    try (response) {
      String body = new String(response.getBody().readNBytes(10_000), StandardCharsets.UTF_8);
      throw status == 404 ? new NotFoundException(body) : new DockerException(body, status);
    }
  }

  /** Whether {@link #upgrade} can be: TLS has no connections of which one half ends. */
  boolean canUpgrade() {
    return !encrypted && HijackedStream.supports(host);
  }

  /** A POST whose connection becomes a stream in both directions; the caller closes it. */
  HijackedStream upgrade(String path, byte[] json) throws IOException {
    return HijackedStream.open(host, "/v" + negotiate().version() + path, json);
  }

  /** Reads the engine's JSON. */
  ObjectMapper json() {
    return json;
  }

  /** The next call asks for the version again. */
  void forgetVersion() {
    lock.lock();
    try {
      negotiated = null;
    } finally {
      lock.unlock();
    }
  }

  private Negotiated negotiate() throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    try {
      if (negotiated == null) {
        Version engine = unversioned.versionCmd().exec();
        ApiVersion version =
            ApiVersion.choose(
                ApiVersion.parse(engine.getApiVersion()),
                ApiVersion.parse(engine.getMinAPIVersion()));
        log.info(
            "container engine {} at {}: speaking API {} (it speaks {} to {})",
            engine.getVersion(),
            host,
            version,
            engine.getMinAPIVersion(),
            engine.getApiVersion());
        negotiated =
            new Negotiated(version, DockerClientImpl.getInstance(configOf(host, version), http));
      }
      return negotiated;
    } finally {
      lock.unlock();
    }
  }

  private static DockerClientConfig configOf(URI host, @Nullable ApiVersion version) {
    DefaultDockerClientConfig.Builder builder =
        DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host.toString());
    if (version != null) {
      builder.withApiVersion(version.toString());
    }
    return builder.build();
  }

  @Override
  public void close() {
    try {
      http.close();
    } catch (IOException e) {
      log.debug("closing the connection to the engine", e);
    }
  }
}
