package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry of images on loopback that wants a password, with one image in it. */
final class PrivateRegistry implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final String USER = "team";
  private static final String PASSWORD = "of the tests";

  private final Process process;
  private final String address;

  private PrivateRegistry(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts one.
   *
   * @param directory for all that it has; made
   */
  static PrivateRegistry start(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path passwords = directory.resolve("passwords");
    String script = Docker.script("docker-registry.sh");
    Files.writeString(passwords, Docker.run(script, "hash", USER, PASSWORD) + "\n");
    Path config = directory.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "127.0.0.1:0"}
        auth: {htpasswd: {realm: test, path: %s}}
        """
            .formatted(directory.resolve("store"), passwords));
    String program = Docker.run(script, "program").lines().reduce("", (first, last) -> last);
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(program, "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    String port =
        await("the registry listens")
            .atMost(Duration.ofSeconds(30))
            .until(() -> portIn(Files.readString(log)), found -> !found.isEmpty());
    PrivateRegistry registry = new PrivateRegistry(process, "127.0.0.1:" + port);
    registry.push(directory);
    return registry;
  }

  private static String portIn(String log) {
    Matcher matcher = LISTENING.matcher(log);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Only the registry has the image then. */
  private void push(Path directory) throws IOException {
    Path home = Files.createDirectories(directory.resolve("docker"));
    Files.writeString(home.resolve("config.json"), credentials());
    Docker.run("docker", "tag", Docker.IMAGE, image());
    Docker.run("docker", "--config", home.toString(), "push", "-q", image());
    Docker.run("docker", "rmi", image());
  }

  /** The image, as a task names it. */
  String image() {
    return address + "/team/service:3";
  }

  /** The text that {@code docker login} leaves in its {@code config.json}. */
  String credentials() {
    String auth =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(address, auth);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    if (!Docker.run("docker", "images", "-q", image()).isEmpty()) {
      Docker.run("docker", "rmi", "-f", image());
    }
  }
}
