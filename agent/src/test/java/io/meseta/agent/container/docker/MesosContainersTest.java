package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.ExposedPort;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Containers of type MESOS with an image run in the engine. */
class MesosContainersTest {

  @Test
  void theImageIsRunOnTheHostsNetwork() throws Exception {
    RunConfig config = config(task(CommandInfo.newBuilder().setValue("echo a")));

    assertThat(config.image()).isEqualTo("some/image");
    assertThat(config.forcePull()).isFalse();
    assertThat(config.hostConfig().getNetworkMode()).isEqualTo("host");
    assertThat(config.hostConfig().getPrivileged()).isFalse();
    assertThat(config.process().entrypoint()).containsExactly("/bin/sh");
    assertThat(config.process().command()).containsExactly("-c", "echo a");
  }

  @Test
  void whatIsNotCachedIsPulled() throws Exception {
    TaskInfo.Builder task = task(CommandInfo.newBuilder().setValue("true"));
    task.getContainerBuilder().getMesosBuilder().getImageBuilder().setCached(false);

    assertThat(config(task).forcePull()).isTrue();
  }

  @Test
  void theFirstArgumentIsTheProgramsOwnName() throws Exception {
    RunConfig.ProcessConfig process =
        config(
                task(
                    CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue("/bin/echo")
                        .addAllArguments(List.of("echo", "a", "b"))))
            .process();

    assertThat(process.entrypoint()).containsExactly("/bin/echo");
    assertThat(process.command()).containsExactly("a", "b");
  }

  @Test
  void withoutAValueTheArgumentsAreForTheImagesEntryPoint() throws Exception {
    RunConfig.ProcessConfig process =
        config(task(CommandInfo.newBuilder().setShell(false).addAllArguments(List.of("a", "b"))))
            .process();

    assertThat(process.entrypoint()).isEmpty();
    assertThat(process.command()).containsExactly("a", "b");
  }

  @Test
  void aNamedNetworkIsOneOfUsersWithPorts() throws Exception {
    TaskInfo.Builder task =
        task(CommandInfo.newBuilder().setValue("true")).addResources(TestTasks.ports(31000, 31000));
    task.getContainerBuilder()
        .addNetworkInfos(
            NetworkInfo.newBuilder()
                .setName("mine")
                .addPortMappings(
                    NetworkInfo.PortMapping.newBuilder()
                        .setHostPort(31000)
                        .setContainerPort(53)
                        .setProtocol("udp")));

    RunConfig config = config(task);

    assertThat(config.hostConfig().getNetworkMode()).isEqualTo("mine");
    assertThat(config.hostConfig().getPortBindings().getBindings())
        .containsOnlyKeys(ExposedPort.udp(53));
  }

  @Test
  void theUserIsOneOfTheMachineAndTheDirectoryIsGivenWhereNothingElseSays() throws Exception {
    RunConfig config = config(task(CommandInfo.newBuilder().setValue("true")));
    assertThat(config.process().user()).isEmpty();

    RunConfig completed = config.runBy(Optional.of("1:2"), Optional.of("/d"));
    assertThat(completed.process().user()).contains("1:2");
    assertThat(completed.process().workingDirectory()).contains("/d");

    RunConfig own = config(task(CommandInfo.newBuilder().setValue("true").setUser("me")));
    assertThat(own.runBy(Optional.of("1:2"), Optional.empty()).process().user()).contains("1:2");
    assertThat(own.runBy(Optional.empty(), Optional.empty()).process().user()).contains("me");
  }

  @Test
  void otherImagesAreRefused() {
    TaskInfo.Builder task = task(CommandInfo.newBuilder().setValue("true"));
    task.getContainerBuilder().getMesosBuilder().getImageBuilder().setType(Image.Type.APPC);

    assertThatThrownBy(() -> config(task))
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining("APPC");
  }

  private static TaskInfo.Builder task(CommandInfo.Builder command) {
    return TestTasks.task(command.build())
        .setContainer(
            ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .setMesos(
                    ContainerInfo.MesosInfo.newBuilder()
                        .setImage(
                            Image.newBuilder()
                                .setType(Image.Type.DOCKER)
                                .setDocker(Image.Docker.newBuilder().setName("some/image")))));
  }

  private static RunConfig config(TaskInfo.Builder task) throws UnsupportedTaskException {
    return RunConfigs.of(TestTasks.partialSpec("c1", task), TestTasks.CONTEXT);
  }
}
