package io.meseta.cli.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A daemon in a JVM of its own, with a small heap, started by the program's own entry. */
final class Daemon implements AutoCloseable {

  static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  /** What a master's own ZooKeeper says is not meant. */
  private static final Pattern LISTENS = Pattern.compile("(?<!ZooKeeper) listens on \\S*:(\\d+)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Path log;
  private final Process process;
  private final HttpClient http;
  private int port;

  private Daemon(String name, Path log, Process process, HttpClient http) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.http = http;
  }

  /**
   * Starts it; returns at once.
   *
   * @param logs the directory for its log, named like the daemon
   * @param arguments the command and its options
   */
  static Daemon start(String name, Path logs, HttpClient http, List<String> arguments)
      throws IOException {
    return start(name, logs, http, Main.class, arguments);
  }

  /** Starts any program of the class path; returns at once. */
  static Daemon start(
      String name, Path logs, HttpClient http, Class<?> program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()));
    command.addAll(arguments);
    Path log = Files.createDirectories(logs).resolve(name + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Daemon(name, log, process, http);
  }

  /** Waits until it listens. */
  int awaitPort() throws Exception {
    await(name + " listens, see " + log)
        .atMost(START_LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> findPort() != 0);
    return port;
  }

  private int findPort() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError(name + " has ended with " + process.exitValue() + ", see " + log);
    }
    Matcher line = LISTENS.matcher(Files.readString(log, StandardCharsets.UTF_8));
    if (port == 0 && line.find()) {
      port = Integer.parseInt(line.group(1));
    }
    return port;
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  /** One whose port is known from an earlier process. */
  Daemon listeningOn(int known) {
    port = known;
    return this;
  }

  /** After {@link #awaitPort}, also of one that has ended. */
  int port() {
    return port;
  }

  /** {@code 127.0.0.1:port}; after {@link #awaitPort}. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /**
   * Whether it says of itself that it leads. Where {@code /redirect} leads does not tell: what a
   * process that was killed has published stays for a session timeout, and is the address of the
   * process that follows it.
   */
  boolean leads() throws InterruptedException {
    return get("/state").filter(answer -> answer.statusCode() == 200).isPresent();
  }

  /** Whether it sends those who ask for a page to another master, which serves it there. */
  boolean redirectsTo(String path, String target) throws InterruptedException {
    return get(path)
        .filter(answer -> answer.statusCode() == 307)
        .flatMap(answer -> answer.headers().firstValue("Location"))
        .filter(location -> location.endsWith(target) && !location.contains(address()))
        .isPresent();
  }

  /** Whether it serves pages. */
  boolean answers() throws InterruptedException {
    return get("/health").isPresent();
  }

  /** A page, empty when there is none at the moment. */
  Optional<JsonNode> page(String path) throws IOException, InterruptedException {
    Optional<HttpResponse<String>> answer = get(path).filter(page -> page.statusCode() == 200);
    return answer.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(answer.get().body()));
  }

  /** A page as it comes, whatever its code is; empty when nobody answers. */
  String text(String path) throws InterruptedException {
    return get(path).map(HttpResponse::body).orElse("");
  }

  private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .timeout(ANSWER_LIMIT)
            .build();
    try {
      return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException nobodyAnswers) {
      return Optional.empty();
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM; returns at once. */
  void terminate() {
    process.destroy();
  }

  /** Waits until it has ended; the answer is its exit code. */
  int awaitExit(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(name + " has not ended within " + limit + ", see " + log);
    }
    return process.exitValue();
  }

  /** {@code kill -9}; returns when it is dead. */
  void kill() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    kill();
  }
}
