package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Daemons and the ZooKeeper that they are told of: with a password, and in the master itself. */
@Timeout(240)
class ZooKeeperAccessIT {

  private static final String PASSWORD = "s3cr3t-5ea7";
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern EMBEDDED =
      Pattern.compile("find the master at (zk://127\\.0\\.0\\.1:(\\d+)/meseta)");

  @TempDir Path data;

  private final List<Daemon> daemons = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    daemons.forEach(Daemon::close);
    http.close();
  }

  private Daemon start(String name, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--ip=127.0.0.1");
    all.add("--port=0");
    Daemon daemon = Daemon.start(name, Cluster.logs("zookeeper-access"), http, all);
    daemons.add(daemon);
    daemon.awaitPort();
    return daemon;
  }

  private Daemon agent(String name, String master) throws Exception {
    return start(
        name,
        "agent",
        "--master=" + master,
        "--work_dir=" + data.resolve(name),
        "--containerizers=process",
        "--resources=cpus:1;mem:128;disk:100",
        "--logging_level=DEBUG");
  }

  private static String awaitRegistered(Daemon agent) {
    return await(agent.name() + " is registered")
        .atMost(SOON)
        .until(() -> Cluster.registeredAs(agent), Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void aPasswordFromAFileIsShownNowhere() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary()) {
      Path file = data.resolve("zk");
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      String server = zooKeeper.connectString() + "/mesos";
      Files.writeString(file, "zk://joe:" + PASSWORD + "@" + server + "\n");

      Daemon master = start("master", "master", "--zk=file://" + file, "--logging_level=DEBUG");
      Daemon owner = agent("agent-owner", "file://" + file);
      // Everybody may read who leads.
      Daemon reader = agent("agent-reader", "zk://" + server);
      awaitRegistered(owner);
      awaitRegistered(reader);

      for (Daemon daemon : daemons) {
        for (String page : List.of("/flags", "/state", "/metrics")) {
          assertThat(daemon.text(page))
              .as(daemon.name() + page)
              .isNotEmpty()
              .doesNotContain(PASSWORD);
        }
        assertThat(Files.readString(daemon.log())).as(daemon.name()).doesNotContain(PASSWORD);
        assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/cmdline")))
            .doesNotContain(PASSWORD);
      }
      assertThat(master.text("/flags")).contains("zk://joe:***@" + server);
    }
  }

  @Test
  void aMasterWithAZooKeeperOfItsOwnIsFoundAgainWithAllThatItKnew() throws Exception {
    Daemon first = start("embedded", "master", "--embedded_zk", "--embedded_zk_port=0", workDir());
    Matcher told = EMBEDDED.matcher(Files.readString(first.log()));
    assertThat(told.find()).as("it tells where it is found").isTrue();
    Daemon agent = agent("agent-embedded", told.group(1));
    String id = awaitRegistered(agent);

    first.kill();
    Daemon second =
        start(
            "embedded-again",
            "master",
            "--embedded_zk",
            "--embedded_zk_port=" + told.group(2),
            workDir());

    await("the agent has found it again")
        .atMost(SOON)
        .until(() -> activeAgents(second).equals(List.of(id)));
    assertThat(awaitRegistered(agent)).isEqualTo(id);
  }

  private static List<String> activeAgents(Daemon master) throws Exception {
    List<String> ids = new ArrayList<>();
    for (JsonNode agent :
        master
            .page("/state")
            .map(state -> state.path("slaves"))
            .orElse(MissingNode.getInstance())) {
      if (agent.path("active").asBoolean()) {
        ids.add(agent.path("id").asText());
      }
    }
    return ids;
  }

  private String workDir() {
    return "--work_dir=" + data.resolve("master");
  }
}
