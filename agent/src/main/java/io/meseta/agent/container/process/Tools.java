package io.meseta.agent.container.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small programs of this machine between the shell and a task.
 *
 * @param env starts a program with other variables
 * @param setsid makes a session
 * @param setpriv becomes another user
 * @param prlimit limits a process
 * @param resetsSignals whether {@code env} can take back that a shell ignores some signals in what
 *     it starts in the background
 */
record Tools(
    String env,
    String setsid,
    Optional<String> setpriv,
    Optional<String> prlimit,
    boolean resetsSignals) {

  private static final Logger log = LoggerFactory.getLogger(Tools.class);

  /**
   * All of them: a shell ignores INT and QUIT in what it starts in the background, and an agent
   * that was started by nohup ignores HUP.
   */
  static final String DEFAULT_SIGNALS = "--default-signal";

  /**
   * Finds them.
   *
   * @throws IOException if one is missing without which nothing can be run
   */
  static Tools find(String path) throws IOException {
    String env = require(path, "env");
    return new Tools(
        env, require(path, "setsid"), find(path, "setpriv"), find(path, "prlimit"), resets(env));
  }

  private static String require(String path, String name) throws IOException {
    return find(path, name)
        .orElseThrow(() ->
            new IOException("plain processes cannot be run: this machine has no program " + name));
  }

  private static Optional<String> find(String path, String name) {
    List<String> directories = new ArrayList<>(Arrays.asList(path.split(File.pathSeparator, -1)));
    directories.addAll(Arrays.asList(TaskEnvironment.DEFAULT_PATH.split(":", -1)));
    return directories.stream()
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** GNU's does from version 8.31 on. */
  private static boolean resets(String env) {
    try {
      Process test =
          new ProcessBuilder(List.of(env, DEFAULT_SIGNALS, "true"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return test.waitFor(10, TimeUnit.SECONDS) && test.exitValue() == 0;
      } finally {
        test.destroyForcibly();
      }
    } catch (IOException e) {
      log.debug("{} could not be tried", env, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
