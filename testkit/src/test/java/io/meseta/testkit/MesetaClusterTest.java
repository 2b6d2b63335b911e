package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of a task through real sockets, with containers that follow scripts. */
@Timeout(120)
class MesetaClusterTest {

  static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void aTaskRunsUntilTheTestEndsIt() throws Exception {
    try (MesetaCluster cluster = ready(MesetaCluster.builder());
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
      assertThat(cluster.agent(0).containers().runningTasks()).containsExactly("one");

      cluster.agent(0).containers().exit("one", 3);

      assertThat(framework.awaitState(TaskState.TASK_FAILED).getMessage()).contains("3");
      assertThatThrownBy(() -> cluster.agent(0).containers().exit("one", 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aScriptLetsTheKernelKillATaskForMemory() throws Exception {
    try (MesetaCluster cluster = ready(MesetaCluster.builder())) {
      cluster
          .agent(0)
          .containers()
          .script(spec -> ContainerScript.runsOutOfMemory(Duration.ofMillis(50)));
      try (OneTask framework = new OneTask(cluster)) {
        assertThat(framework.awaitState(TaskState.TASK_FAILED).getReason())
            .isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY);
      }
    }
  }

  @Test
  void anAgentThatComesBackReportsWhatEndedMeanwhile() throws Exception {
    try (MesetaCluster cluster = ready(MesetaCluster.builder());
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
      cluster.agent(0).stop();
      cluster.agent(0).containers().exit("one", 0);

      cluster.agent(0).start();

      framework.awaitState(TaskState.TASK_FINISHED);
    }
  }

  @Test
  void aTaskOutlivesTheMaster() throws Exception {
    try (MesetaCluster cluster = ready(MesetaCluster.builder());
        OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);

      cluster.restartMaster();
      cluster.awaitReady(LIMIT);
      cluster.agent(0).containers().exit("one", 0);

      framework.awaitState(TaskState.TASK_FINISHED);
    }
  }

  @Test
  void closingEndsWhatRunsAndRemovesTemporaryData() throws Exception {
    MesetaCluster cluster = ready(MesetaCluster.builder().agents(2));
    Path data = cluster.dataDirectory();
    try (OneTask framework = new OneTask(cluster)) {
      framework.awaitState(TaskState.TASK_RUNNING);
    } finally {
      cluster.close();
    }

    assertThat(data).doesNotExist();
    assertThatThrownBy(cluster::master).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void dataInADirectoryOfTheCallersStays() throws Exception {
    MesetaCluster cluster = ready(MesetaCluster.builder().dataDirectory(directory.resolve("d")));
    cluster.close();

    assertThat(directory.resolve("d")).isNotEmptyDirectory();
  }

  @Test
  void aTakenPortStopsTheStartAndLeavesNothingRunning() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      MesetaClusterBuilder builder =
          MesetaCluster.builder().ports(0, taken.getLocalPort(), 0).dataDirectory(directory);

      assertThatThrownBy(builder::start).isInstanceOf(IOException.class);

      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("NIOServerCxn"));
    }
  }

  static MesetaCluster ready(MesetaClusterBuilder builder) throws Exception {
    MesetaCluster cluster =
        builder.masterOptions(master -> master.allocationInterval(Duration.ofMillis(100))).start();
    try {
      cluster.awaitReady(LIMIT);
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }
}
