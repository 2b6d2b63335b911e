package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.RLimitInfo;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TTYInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessPlanTest {

  private static final Path SANDBOX = Path.of("/sandboxes/one");
  private static final VolumeLinks.Roots ROOTS = new VolumeLinks.Roots(SANDBOX, Optional.empty());
  private static final long HOST = 1L << 30;

  @Test
  void aShellCommandIsOneArgument() throws Exception {
    assertThat(plan(Processes.shell("echo $A; 'b'")).arguments())
        .containsExactly("/bin/sh", "-c", "echo $A; 'b'");
  }

  @Test
  void theFirstArgumentOfAProgramIsItsName() throws Exception {
    assertThat(arguments("/bin/ls", "ls", "-l", "a b")).containsExactly("/bin/ls", "-l", "a b");
    assertThat(arguments("ls")).containsExactly("ls");
    assertThat(arguments("/bin/busybox", "ls", "-l"))
        .containsExactly("/bin/bash", "-c", "exec -a \"$0\" \"$@\"", "ls", "/bin/busybox", "-l");
    assertThat(arguments("a=b")).endsWith("a=b", "a=b").startsWith("/bin/bash");
  }

  private static List<String> arguments(String program, String... arguments) throws Exception {
    return plan(Processes.task(
            CommandInfo.newBuilder()
                .setShell(false)
                .setValue(program)
                .addAllArguments(List.of(arguments))))
        .arguments();
  }

  @Test
  void anExecutorIsToldNoTask() throws Exception {
    ContainerSpec task = Processes.spec(Processes.shell("true"));
    ContainerSpec executor =
        new ContainerSpec(
            task.container(),
            task.agent(),
            task.framework(),
            task.executor(),
            task.user(),
            ContainerSpec.Kind.EXECUTOR,
            task.task(),
            task.environment());

    assertThat(ProcessPlan.of(executor, ROOTS, "/bin", HOST).environment())
        .doesNotContainKey("MESOS_TASK_ID")
        .containsKey("MESOS_EXECUTOR_ID");
  }

  @Test
  void limitsOfProcessesAreOptions() throws Exception {
    RLimitInfo limits =
        RLimitInfo.newBuilder()
            .addRlimits(
                RLimitInfo.RLimit.newBuilder()
                    .setType(RLimitInfo.RLimit.Type.RLMT_NOFILE)
                    .setSoft(10)
                    .setHard(20))
            .addRlimits(RLimitInfo.RLimit.newBuilder().setType(RLimitInfo.RLimit.Type.RLMT_CORE))
            .build();

    assertThat(RlimitOptions.of(limits))
        .containsExactly("--nofile=10:20", "--core=unlimited:unlimited");
    assertThatThrownBy(() ->
            RlimitOptions.of(
                RLimitInfo.newBuilder()
                    .addRlimits(
                        RLimitInfo.RLimit.newBuilder()
                            .setType(RLimitInfo.RLimit.Type.RLMT_CORE)
                            .setSoft(1))
                    .build()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("both soft and hard");
  }

  @Test
  void whatAPlainProcessCannotHaveIsRefusedByName() {
    refused(container -> container.setType(ContainerInfo.Type.DOCKER), "image");
    refused(container -> container.getMesosBuilder().getImageBuilder(), "image");
    refused(container -> container.setHostname("h"), "container.hostname");
    refused(container -> container.setTtyInfo(TTYInfo.getDefaultInstance()), "tty_info");
    refused(
        container -> container.addNetworkInfos(NetworkInfo.newBuilder().setName("n")),
        "network_infos");
    refused(container -> container.getLinuxInfoBuilder().setShmSize(1), "linux_info");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/data", "../data", ".", "a/../.."})
  void aVolumeIsBelowTheSandbox(String path) {
    refused(
        container -> container.addVolumes(volume(path).setHostPath("/tmp")),
        path.startsWith("/") ? "must be relative" : "not one inside the sandbox");
  }

  @Test
  void whatALinkCannotBeIsRefused() {
    refused(
        container -> container.addVolumes(volume("v").setMode(Volume.Mode.RO).setHostPath("/tmp")),
        "RO cannot be enforced");
    refused(container -> container.addVolumes(volume("v")), "neither host_path nor a source");
    refused(
        container -> container.addVolumes(volume("v").setHostPath("../x")),
        "not one inside the sandbox");
    for (Volume.Source.Type type :
        List.of(
            Volume.Source.Type.DOCKER_VOLUME,
            Volume.Source.Type.SECRET,
            Volume.Source.Type.CSI_VOLUME)) {
      refused(
          container ->
              container.addVolumes(volume("v").setSource(Volume.Source.newBuilder().setType(type))),
          "source " + type);
    }
    refused(
        container ->
            container.addVolumes(
                volume("v")
                    .setSource(
                        Volume.Source.newBuilder()
                            .setType(Volume.Source.Type.SANDBOX_PATH)
                            .setSandboxPath(
                                Volume.Source.SandboxPath.newBuilder()
                                    .setType(Volume.Source.SandboxPath.Type.PARENT)
                                    .setPath("p")))),
        "PARENT");
  }

  private static Volume.Builder volume(String path) {
    return Volume.newBuilder().setContainerPath(path).setMode(Volume.Mode.RW);
  }

  private static void refused(Consumer<ContainerInfo.Builder> change, String why) {
    TaskInfo.Builder task = Processes.shell("true");
    change.accept(task.getContainerBuilder().setType(ContainerInfo.Type.MESOS));
    refused(task, why);
  }

  private static void refused(TaskInfo.Builder task, String why) {
    assertThatThrownBy(() -> plan(task))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void resourcesAndVariablesThatCannotBeAreRefused() {
    refused(Processes.shell("true").addResources(Processes.scalar("gpus", 1)), "gpus");
    refused(
        Processes.shell("true").putLimits("mem", Value.Scalar.newBuilder().setValue(1).build()),
        "limits.mem");
    refused(Processes.task(CommandInfo.newBuilder().setShell(true)), "command.value is missing");
    refused(Processes.shell("a\0b"), "zero byte");
    for (String name : List.of("", "a=b", "a\0b")) {
      refused(
          with(Environment.Variable.newBuilder().setName(name).setValue("x")),
          "is no name for an environment variable");
    }
    refused(with(Environment.Variable.newBuilder().setName("A").setValue("\0")), "A holds a zero");
    refused(
        with(
            Environment.Variable.newBuilder()
                .setName("A")
                .setType(Environment.Variable.Type.SECRET)
                .setSecret(
                    Secret.newBuilder()
                        .setType(Secret.Type.REFERENCE)
                        .setReference(Secret.Reference.newBuilder().setName("s")))),
        "only those of type VALUE");
  }

  private static TaskInfo.Builder with(Environment.Variable.Builder variable) {
    TaskInfo.Builder task = Processes.shell("true");
    task.getCommandBuilder().getEnvironmentBuilder().addVariables(variable);
    return task;
  }

  private static ProcessPlan plan(TaskInfo.Builder task) throws RefusedException {
    ContainerSpec spec = Processes.spec(Processes.shell("true")).withTask(task.buildPartial());
    return ProcessPlan.of(spec, ROOTS, "/bin", HOST);
  }
}
