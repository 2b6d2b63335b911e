package io.meseta.scheduler;

import static io.meseta.scheduler.Messages.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.Volume;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskBuilderTest {

  private final Offer offer =
      offer(
          "O1",
          Resources.cpus(4),
          Resources.memoryMiB(1024),
          Resources.diskMiB(1000),
          Resources.scalar("gpus", 1),
          Resources.ports(31_000, 31_010));

  @Test
  void aDockerTaskWithAShellCommand() {
    TaskInfo task =
        Tasks.docker("busybox")
            .name("my web")
            .command("echo hello")
            .cpus(0.5)
            .memoryMiB(64)
            .diskMiB(10)
            .scalar("gpus", 1)
            .env("A", "1")
            .label("team", "x")
            .volume("/srv", "/data")
            .readOnlyVolume("conf", "/conf")
            .fetch("http://host/a.tgz")
            .killGrace(Duration.ofSeconds(3))
            .build(offer);

    assertThat(task.getName()).isEqualTo("my web");
    assertThat(task.getTaskId().getValue()).startsWith("my-web.");
    assertThat(task.getContainer().getType()).isEqualTo(ContainerInfo.Type.DOCKER);
    assertThat(task.getContainer().getDocker().getImage()).isEqualTo("busybox");
    assertThat(task.getContainer().getDocker().hasNetwork()).isFalse();
    assertThat(task.getContainer().getVolumesList())
        .extracting(v -> v.getHostPath() + " " + v.getContainerPath() + " " + v.getMode())
        .containsExactly("/srv /data " + Volume.Mode.RW, "conf /conf " + Volume.Mode.RO);
    assertThat(task.getCommand().getShell()).isTrue();
    assertThat(task.getCommand().getValue()).isEqualTo("echo hello");
    assertThat(task.getCommand().getUris(0).getValue()).isEqualTo("http://host/a.tgz");
    assertThat(task.getCommand().getEnvironment().getVariables(0).getName()).isEqualTo("A");
    assertThat(task.getLabels().getLabels(0).getKey()).isEqualTo("team");
    assertThat(task.getKillPolicy().getGracePeriod().getNanoseconds()).isEqualTo(3_000_000_000L);
    assertThat(task.getResourcesList())
        .containsExactly(
            Resources.cpus(0.5),
            Resources.memoryMiB(64),
            Resources.diskMiB(10),
            Resources.scalar("gpus", 1));
  }

  @Test
  void withoutACommandTheImageDecides() {
    TaskInfo task = Tasks.docker("nginx").cpus(1).memoryMiB(64).build(offer);

    assertThat(task.getCommand().getShell()).isFalse();
    assertThat(task.getCommand().hasValue()).isFalse();
  }

  @Test
  void argumentsGoToTheImage() {
    TaskInfo task =
        Tasks.docker("nginx")
            .command("replaced")
            .arguments("-g", "daemon off;")
            .cpus(1)
            .memoryMiB(64)
            .build(offer);

    assertThat(task.getCommand().getShell()).isFalse();
    assertThat(task.getCommand().hasValue()).isFalse();
    assertThat(task.getCommand().getArgumentsList()).containsExactly("-g", "daemon off;");
  }

  @Test
  void aProcessHasNoContainer() {
    TaskInfo task =
        Tasks.process("sleep 1").id("p1").hostPorts(2).cpus(1).memoryMiB(64).build(offer);

    assertThat(task.hasContainer()).isFalse();
    assertThat(task.getTaskId()).isEqualTo(Tasks.id("p1"));
    assertThat(task.getCommand().getEnvironment().getVariablesList())
        .extracting(v -> v.getName() + "=" + v.getValue())
        .containsExactly("PORT0=31000", "PORT1=31001");
  }

  @Test
  void whatTheBuilderHasNoWordForIsReached() {
    TaskInfo task =
        Tasks.docker("nginx")
            .cpus(1)
            .memoryMiB(64)
            .customize(t -> t.getContainerBuilder().getDockerBuilder().setPrivileged(true))
            .build(offer);

    assertThat(task.getContainer().getDocker().getPrivileged()).isTrue();
  }

  @Test
  void whatIsIncompleteOrContradictoryIsRefused() {
    assertThatThrownBy(() -> Tasks.docker("nginx").cpus(1).build(offer))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("memoryMiB");
    assertThatThrownBy(
            () -> Tasks.docker("x").cpus(1).memoryMiB(1).port(80).hostPorts(1).build(offer))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Tasks.process("x").port(80)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Tasks.docker(" ")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tasks.docker("x").cpus(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tasks.docker("x").cpus(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tasks.docker("x").port(70_000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tasks.docker("x").cpus(8).memoryMiB(1).build(offer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cpus:8.000, and 4.000 is left");
  }

  @Test
  void aTerminalStateIsOneThatNothingFollows() {
    assertThat(Tasks.isTerminal(TaskState.TASK_FINISHED)).isTrue();
    assertThat(Tasks.isTerminal(TaskState.TASK_GONE)).isTrue();
    assertThat(Tasks.isTerminal(TaskState.TASK_RUNNING)).isFalse();
    assertThat(Tasks.isTerminal(TaskState.TASK_UNREACHABLE)).isFalse();
  }
}
