package io.meseta.cli.it;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What examples of the documentation speak of beside the cluster: files of a web server, a network
 * and a registry of images.
 */
final class ExampleSurroundings implements AutoCloseable {

  private static final Path EXECUTOR =
      Path.of("..", "examples", "src", "main", "python", "threads_executor.py");
  private static final String NETWORK = "meseta-docs-backend";

  private final HttpServer files;
  private final PrivateRegistry registry;

  private ExampleSurroundings(HttpServer files, PrivateRegistry registry) {
    this.files = files;
    this.registry = registry;
  }

  /**
   * Makes it all.
   *
   * @param directory for its files; made
   */
  static ExampleSurroundings make(Path directory) throws IOException {
    Path served = Files.createDirectories(directory.resolve("files")).toAbsolutePath();
    Files.copy(EXECUTOR, served.resolve("threads_executor.py"));
    Path app = Files.createDirectories(directory.resolve("app-1.4.2"));
    Files.writeString(app.resolve("greeting"), "hello from an archive\n");
    Docker.run("tar", "-C", directory.toString(), "-czf", served + "/app-1.4.2.tgz", "app-1.4.2");
    // One that was stopped in the middle has left its network.
    if (Docker.run("docker", "network", "ls", "-q", "--filter=name=" + NETWORK).isEmpty()) {
      Docker.run("docker", "network", "create", "--subnet=10.213.77.0/24", NETWORK);
    }
    PrivateRegistry registry = PrivateRegistry.start(directory.resolve("registry"));
    Files.writeString(
        Files.createDirectories(directory.resolve(".docker")).resolve("config.json"),
        registry.credentials());
    Docker.run("tar", "-C", directory.toString(), "-czf", served + "/docker.tar.gz", ".docker");
    HttpServer files =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            served,
            SimpleFileServer.OutputLevel.NONE);
    files.start();
    return new ExampleSurroundings(files, registry);
  }

  /** The addresses that the pages have, and the true ones. */
  Map<String, String> addresses() {
    return Map.of(
        "http://files.example.com",
        "http://127.0.0.1:" + files.getAddress().getPort(),
        "registry.example:5000/team/service:3",
        registry.image());
  }

  @Override
  public void close() throws IOException {
    files.stop(0);
    registry.close();
    Docker.run("docker", "network", "rm", NETWORK);
  }
}
