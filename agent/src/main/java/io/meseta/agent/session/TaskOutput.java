package io.meseta.agent.session;

import io.meseta.agent.http.ProcessStream;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a client what a task prints from now on, until its container ends: a thread that reads the
 * files of the sandbox.
 */
final class TaskOutput {

  private static final Logger log = LoggerFactory.getLogger(TaskOutput.class);

  private final ContainerId container;
  private final RunningContainers containers;
  private final SessionOptions options;
  private final ProcessStream stream;
  private final CountDownLatch over = new CountDownLatch(1);

  TaskOutput(
      ContainerId container,
      RunningContainers containers,
      SessionOptions options,
      ProcessStream stream) {
    this.container = container;
    this.containers = containers;
    this.options = options;
    this.stream = stream;
  }

  /**
   * Starts; returns at once.
   *
   * @param onEnd run once, on the thread, when it ends
   */
  void start(Path sandbox, Runnable onEnd) {
    stream.send(ProcessIos.heartbeat(options.heartbeat()));
    stream.onClose(over::countDown);
    Thread.ofVirtual()
        .name("task-output")
        .start(() -> {
          try {
            follow(sandbox);
          } finally {
            onEnd.run();
          }
        });
  }

  void close() {
    stream.abort();
  }

  private void follow(Path sandbox) {
    try (FileFollower out =
            new FileFollower(sandbox.resolve("stdout"), ProcessIO.Data.Type.STDOUT);
        FileFollower err =
            new FileFollower(sandbox.resolve("stderr"), ProcessIO.Data.Type.STDERR)) {
      boolean runs = true;
      while (runs) {
        // Asked before the files are read: what it printed last is read after its end.
        runs = containers.find(container).isPresent();
        if (!out.readOn(this::send) || !err.readOn(this::send)) {
          stream.abort();
          return;
        }
        if (runs && over.await(options.filePoll().toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
      }
      stream.close();
    } catch (IOException e) {
      log.warn("the output of container {} in {} cannot be read", container, sandbox, e);
      stream.abort();
    } catch (InterruptedException e) {
      log.debug("following the output of container {} ends", container, e);
      stream.abort();
    }
  }

  private boolean send(ProcessIO record) throws InterruptedException {
    return stream.awaitRoom(options.slowReader()) && stream.send(record);
  }

  void beat() {
    stream.send(ProcessIos.heartbeat(options.heartbeat()));
  }
}
