package io.meseta.agent.fetch;

import io.meseta.api.v1.CommandInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A fetcher, a server, a sandbox, and something outside that must stay as it is. */
final class FetcherTestContext implements AutoCloseable {

  final Path workDir;
  final Path sandbox;
  final Path outside;
  final ScriptedServer server = new ScriptedServer();
  final UriFetcher fetcher;
  final List<String> progress = new CopyOnWriteArrayList<>();

  FetcherTestContext(Path directory) throws IOException {
    this(directory, options -> options);
  }

  FetcherTestContext(Path directory, UnaryOperator<FetcherOptions> with) throws IOException {
    workDir = Files.createDirectories(directory.resolve("work"));
    sandbox = Files.createDirectories(workDir.resolve("slaves/S/runs/c"));
    outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "untouched");
    fetcher =
        UriFetcher.open(
            with.apply(
                FetcherOptions.in(workDir)
                    .with(
                        FetchLimits.defaults()
                            .withSizes(64L << 20, 8L << 20)
                            .withTimes(Duration.ofMillis(500), 3, Duration.ofMillis(10)))));
  }

  void fetch(CommandInfo.URI.Builder... uris) throws FetchException, InterruptedException {
    fetch("", uris);
  }

  void fetch(String user, CommandInfo.URI.Builder... uris)
      throws FetchException, InterruptedException {
    fetcher.fetch(
        List.of(uris).stream().map(CommandInfo.URI.Builder::build).toList(),
        sandbox,
        user,
        progress::add);
  }

  /** Of the server of this test. */
  CommandInfo.URI.Builder served(String path) {
    return uri(server.url(path));
  }

  static CommandInfo.URI.Builder uri(String value) {
    return CommandInfo.URI.newBuilder().setValue(value);
  }

  @Override
  public void close() throws IOException {
    fetcher.close();
    server.close();
  }
}
