package io.meseta.agent.container.docker;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An engine of a test's own, beside the one that tests share: to be stopped, frozen, restarted. */
final class OwnEngine {

  private final Path directory;
  private final Map<String, String> environment;

  /**
   * Not started yet.
   *
   * @param directory of its own; its path has to be short, as sockets are made in it
   */
  OwnEngine(Path directory) {
    this.directory = directory;
    this.environment =
        Map.of(
            "DOCKER_HOST",
            host().toString(),
            "MESETA_ENGINE_STATE",
            directory.resolve("state").toString(),
            "MESETA_ENGINE_FLAGS",
            "--data-root %s --exec-root %s --bridge none --iptables=false --ip-masq=false"
                .formatted(directory.resolve("data"), directory.resolve("exec")));
  }

  URI host() {
    return URI.create("unix://" + directory.resolve("docker.sock"));
  }

  /** In a network namespace of its own: two engines would fight for the machine's bridge. */
  void start() throws IOException, InterruptedException {
    TestEngine.run(environment, "unshare", "--net", TestEngine.script(), "image");
  }

  /** Ends it; its containers end with it. */
  void stop() throws IOException, InterruptedException {
    script("stop");
  }

  /** Ends it, and takes away what it mounted and wrote. */
  void delete() throws IOException, InterruptedException {
    stop();
    TestEngine.run(
        Map.of("DIRECTORY", directory.toString()),
        "sh",
        "-c",
        "grep -o \" $DIRECTORY/[^ ]*\" /proc/mounts | xargs -r umount; rm -rf \"$DIRECTORY\"");
  }

  /** It stops answering, as one that hangs: connections are still taken. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    List<String> lines = script("pid").lines().toList();
    TestEngine.run(Map.of(), "kill", "-" + signal, lines.get(lines.size() - 1));
  }

  private String script(String command) throws IOException, InterruptedException {
    return TestEngine.run(environment, TestEngine.script(), command);
  }
}
