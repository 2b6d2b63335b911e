package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent shows its sandboxes, and nothing else of its directory. */
class AgentStorageTest {

  @TempDir Path workDir;

  @Test
  void filesAreShownWithAndWithoutThePrefix() throws Exception {
    Path sandbox =
        Files.createDirectories(workDir.resolve("slaves/S/frameworks/F/executors/e/runs/c"));
    Files.writeString(sandbox.resolve("stdout"), "hello");
    AgentOptions options =
        new AgentOptions().master("127.0.0.1:1").ip("127.0.0.1").port(0).workDir(workDir);
    try (Agent agent =
            Agent.start(
                options,
                (o, fetcher) ->
                    new ScriptedContainerizer(Instant.EPOCH, spec -> ContainerScript.runs()));
        HttpClient client = HttpClient.newHttpClient()) {
      String base = "http://127.0.0.1:" + agent.port();
      assertThat(get(client, base + "/files/read?path=" + sandbox + "/stdout"))
          .isEqualTo("200 {\"data\":\"hello\",\"offset\":0}");
      assertThat(get(client, base + "/slave(1)/files/browse?path=" + sandbox)).contains("stdout");
      assertThat(get(client, base + "/files/read?path=" + workDir + "/journal/journal.db"))
          .startsWith("404");
      assertThat(get(client, base + "/metrics"))
          .contains("meseta_agent_gc_pending", "meseta_agent_fetches_succeeded");
      // No master has given it an id yet, so it does not know what it holds.
      assertThat(sandbox).exists();
    }
    assertThat(workDir.resolve("fetch/staging")).isEmptyDirectory();
    assertThat(workDir.resolve("journal/native")).isEmptyDirectory();
  }

  private static String get(HttpClient client, String uri) throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
