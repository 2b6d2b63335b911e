package io.meseta.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework made of the program {@code curl}, as in the first hour of a new user. */
class CurlIT {

  @TempDir Path workDir;

  /** A running curl and what it prints. */
  private record Curl(Process process, InputStream output) {

    static Curl start(String... arguments) throws IOException {
      List<String> command = new ArrayList<>(List.of("curl", "--silent", "--no-buffer"));
      command.addAll(List.of(arguments));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new Curl(process, new BufferedInputStream(process.getInputStream()));
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = output.read(); b >= 0 && b != '\n'; b = output.read()) {
        line.append((char) b);
      }
      return line.toString().strip();
    }

    /** The next record; no line end follows a record, so that lines are of no use here. */
    String record() throws IOException {
      return new String(output.readNBytes(Integer.parseInt(line())), UTF_8);
    }

    /** The next record of this type. */
    String record(String type) throws IOException {
      String record = record();
      while (!record.startsWith("{\"type\":\"" + type + "\"")) {
        record = record();
      }
      return record;
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }
  }

  @Test
  @Timeout(180)
  void curlSubscribesLaunchesAcknowledgesAndTearsDown() throws Exception {
    DockerImage.ensure();
    try (LoopbackCluster cluster = new LoopbackCluster()) {
      String url = "http://127.0.0.1:" + cluster.leader().port() + "/api/v1/scheduler";
      cluster.agent(workDir);
      Curl stream =
          Curl.start(
              "--include",
              "--header",
              "Content-Type: application/json",
              "--data",
              "{\"type\":\"SUBSCRIBE\","
                  + "\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"curl\"}}}",
              url);
      try {
        assertThat(stream.line()).isEqualTo("HTTP/1.1 200 OK");
        String streamId = "";
        for (String line = stream.line(); !line.isEmpty(); line = stream.line()) {
          streamId = line.startsWith("Mesos-Stream-Id: ") ? line.substring(17) : streamId;
        }
        String framework = value("framework_id", stream.record("SUBSCRIBED"));
        String offers = stream.record("OFFERS");
        launch(url, streamId, framework, offers);
        Set<String> states = new LinkedHashSet<>();
        while (!states.contains("TASK_FINISHED")) {
          // An update may come twice, and then has to be acknowledged twice.
          String update = stream.record("UPDATE");
          states.add(find("\"state\":\"([A-Z_]+)\"", update));
          acknowledge(url, streamId, framework, update);
        }
        assertThat(states).containsExactly("TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED");
        call(url, streamId, framework, "\"type\":\"TEARDOWN\"");
        assertThat(stream.exitCode()).isZero();
      } finally {
        stream.process().destroyForcibly();
      }
    }
  }

  private static void launch(String url, String streamId, String framework, String offers)
      throws Exception {
    String task =
        """
        {"name":"curl","task_id":{"value":"t1"},"agent_id":{"value":"%s"},
         "resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":0.1}},
                      {"name":"mem","type":"SCALAR","scalar":{"value":32}}],
         "command":{"value":"echo hello"},
         "container":{"type":"DOCKER","docker":{"image":"%s"}}}
        """
            .formatted(value("agent_id", offers), DockerImage.NAME);
    call(
        url,
        streamId,
        framework,
        """
        "type":"ACCEPT","accept":{"offer_ids":[{"value":"%s"}],
        "operations":[{"type":"LAUNCH","launch":{"task_infos":[%s]}}]
        }\
        """
            .formatted(value("id", offers), task));
  }

  private static void acknowledge(String url, String streamId, String framework, String update)
      throws Exception {
    call(
        url,
        streamId,
        framework,
        """
        "type":"ACKNOWLEDGE","acknowledge":{"agent_id":{"value":"%s"},
        "task_id":{"value":"t1"},"uuid":"%s"}\
        """
            .formatted(value("agent_id", update), find("\"uuid\":\"([^\"]+)\"", update)));
  }

  private static String value(String field, String json) {
    return find("\"" + field + "\":\\{\"value\":\"([^\"]+)\"", json);
  }

  /** The first group of the pattern where it first fits. */
  private static String find(String regex, String json) {
    Matcher matcher = Pattern.compile(regex).matcher(json);
    assertThat(matcher.find()).as(json).isTrue();
    return matcher.group(1);
  }

  /** Sends a call, which has to be accepted. */
  private static void call(String url, String streamId, String framework, String body)
      throws Exception {
    Curl curl =
        Curl.start(
            "--write-out",
            "%{http_code}",
            "--header",
            "Content-Type: application/json",
            "--header",
            "Mesos-Stream-Id: " + streamId,
            "--data",
            "{\"framework_id\":{\"value\":\"" + framework + "\"}," + body + "}",
            url);
    assertThat(curl.line()).isEqualTo("202");
    assertThat(curl.exitCode()).isZero();
  }
}
