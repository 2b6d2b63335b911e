package io.meseta.agent.container.docker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry of images on loopback, and images in it that the engine does not have. */
final class TestRegistry {

  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final Path directory;
  private final Process process;
  private final int port;
  private final List<String> images = new ArrayList<>();

  private TestRegistry(Path directory, String auth) throws IOException, InterruptedException {
    this.directory = directory;
    Path config = directory.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "127.0.0.1:0"}
        %s
        """
            .formatted(directory.resolve("store"), auth));
    String program = TestEngine.run(Map.of(), script(), "program").lines().toList().getLast();
    Path log = directory.resolve("log");
    this.process =
        new ProcessBuilder(program, "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    this.port =
        await("the registry listens")
            .atMost(Duration.ofSeconds(30))
            .until(() -> portIn(Files.readString(log)), found -> found > 0);
  }

  private static int portIn(String log) {
    Matcher matcher = LISTENING.matcher(log);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static String script() {
    return Path.of(TestEngine.script()).resolveSibling("docker-registry.sh").toString();
  }

  /** One that lets everybody in. */
  static TestRegistry open(Path directory) throws IOException, InterruptedException {
    return new TestRegistry(directory, "");
  }

  /** One that wants a name and a password. */
  static TestRegistry withPassword(Path directory, String user, String password)
      throws IOException, InterruptedException {
    Path passwords = directory.resolve("passwords");
    Files.writeString(passwords, TestEngine.run(Map.of(), script(), "hash", user, password) + "\n");
    return new TestRegistry(
        directory, "auth: {htpasswd: {realm: test, path: %s}}".formatted(passwords));
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Credentials as {@code docker login} keeps them. */
  static String config(String address, String user, String password) {
    String auth =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(address, auth);
  }

  /**
   * Makes an image of the tests' own with so many layers of random bytes on top, and leaves it in
   * the registry only.
   *
   * @param config credentials for pushing it
   * @return its name without the registry
   */
  String push(String config, int... layerBytes) throws IOException, InterruptedException {
    String name = "meseta-test/" + UUID.randomUUID() + ":1";
    String reference = address() + "/" + name;
    String base = TestEngine.IMAGE;
    for (int size : layerBytes) {
      byte[] content = new byte[size];
      ThreadLocalRandom.current().nextBytes(content);
      Path file = Files.write(directory.resolve("content-" + UUID.randomUUID()), content);
      String container = TestEngine.docker("create", base);
      TestEngine.docker("cp", file.toString(), container + ":/" + file.getFileName());
      TestEngine.docker("commit", container, reference);
      TestEngine.docker("rm", container);
      base = reference;
    }
    Path home = Files.createDirectories(directory.resolve("docker-" + UUID.randomUUID()));
    Files.writeString(home.resolve("config.json"), config);
    TestEngine.docker("--config", home.toString(), "push", "-q", reference);
    TestEngine.docker("rmi", reference);
    return name;
  }

  /** The engine's copy of an image is removed in the end. */
  String pulled(String reference) {
    images.add(reference);
    return reference;
  }

  void close() throws IOException, InterruptedException {
    process.destroy();
    process.waitFor();
    for (String image : images) {
      if (!TestEngine.docker("images", "-q", image).isEmpty()) {
        TestEngine.docker("rmi", "-f", image);
      }
    }
  }
}
