package io.meseta.master.validation;

import static io.meseta.api.v1.ContainerInfo.DockerInfo.Network.BRIDGE;
import static io.meseta.api.v1.ContainerInfo.DockerInfo.Network.HOST;
import static io.meseta.api.v1.ContainerInfo.DockerInfo.Network.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.CheckInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment.Variable;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Parameter;
import io.meseta.api.v1.Secret;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a task says of itself. */
class TaskRulesTest {
  private static final String RESOURCES = "cpus:1;mem:64;ports:[31000-31009]";

  private static Optional<String> reason(TaskInfo.Builder task) {
    try {
      return TaskRules.invalidReason(task.build(), Resources.fromProto(task.getResourcesList()));
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
  }

  private static TaskInfo.Builder command(Consumer<CommandInfo.Builder> change) {
    var task = Tasks.command("t", RESOURCES);
    change.accept(task.getCommandBuilder());
    return task;
  }

  private static TaskInfo.Builder docker(Consumer<ContainerInfo.Builder> change) {
    var task = Tasks.docker(BRIDGE, RESOURCES);
    change.accept(task.getContainerBuilder());
    return task;
  }

  private static TaskInfo.Builder mapping(int host, int container, String protocol) {
    return docker(c ->
        c.getDockerBuilder()
            .addPortMappingsBuilder()
            .setHostPort(host)
            .setContainerPort(container)
            .setProtocol(protocol));
  }

  private static TaskInfo.Builder volume(Volume.Builder volume) {
    return docker(container -> container.addVolumes(volume));
  }

  private static TaskInfo.Builder variable(Consumer<Variable.Builder> change) {
    return command(command -> {
      var variable = Variable.newBuilder().setName("A");
      change.accept(variable);
      command.getEnvironmentBuilder().addVariables(variable);
    });
  }

  private static void assertAccepted(TaskInfo.Builder task) {
    assertThat(reason(task)).isEmpty();
  }

  private static void assertRefused(TaskInfo.Builder task, String text) {
    assertThat(reason(task)).hasValueSatisfying(why -> assertThat(why).contains(text));
  }

  @Test
  void needsSomethingToRun() {
    assertAccepted(command(c -> c.setShell(false).setValue("/bin/true")));
    assertRefused(command(CommandInfo.Builder::clearValue), "'command.shell' is true");
    assertRefused(command(c -> c.setShell(false).clearValue()), "without an image");
    var image = Tasks.docker(HOST, RESOURCES);
    image.getCommandBuilder().setShell(false).clearValue();
    assertAccepted(image);
    assertRefused(command(c -> c.setValue("a\0b")), "NUL");
    assertRefused(command(c -> c.addArguments("a\0b")), "'command.arguments'");
  }

  @Test
  void judgesTheEnvironment() {
    assertAccepted(variable(v -> v.setValue("")));
    assertRefused(variable(v -> v.setName("").setValue("x")), "cannot name");
    assertRefused(variable(v -> v.setName("A=B").setValue("x")), "'A=B' cannot name");
    assertRefused(variable(v -> v.clearValue()), "has no 'value'");
    assertRefused(variable(v -> v.setType(Variable.Type.UNKNOWN)), "neither of type");
    assertRefused(variable(v -> v.setType(Variable.Type.SECRET)), "has no 'secret'");
    var secret = Secret.newBuilder().setType(Secret.Type.VALUE).build();
    assertAccepted(variable(v -> v.setType(Variable.Type.SECRET).setSecret(secret)));
    assertRefused(variable(v -> v.setValue("x").setSecret(secret)), "but has a 'secret'");
    var both = variable(v -> v.setType(Variable.Type.SECRET).setSecret(secret).setValue("hidden"));
    assertRefused(both, "but has a 'value'");
    assertThat(reason(both).orElse("")).doesNotContain("hidden");
    assertThat(reason(variable(v -> v.setValue("hidden\0"))).orElse(""))
        .contains("NUL")
        .doesNotContain("hidden");
  }

  @Test
  void keepsFilesInTheSandbox() {
    assertAccepted(command(c -> c.addUrisBuilder().setValue("http://h/f").setOutputFile("d/f")));
    assertRefused(command(c -> c.addUrisBuilder().setValue("")), "'command.uris'");
    for (String path : new String[] {"../f", "/f", "a/../../f", "", "a/.."}) {
      assertRefused(
          command(c -> c.addUrisBuilder().setValue("http://h/f").setOutputFile(path)),
          "not a path inside the sandbox");
    }
  }

  @Test
  void judgesContainerTypes() {
    assertAccepted(Tasks.docker(HOST, RESOURCES));
    assertRefused(docker(ContainerInfo.Builder::clearDocker), "without 'docker'");
    assertRefused(docker(c -> c.setType(ContainerInfo.Type.MESOS)), "with 'docker'");
    assertRefused(docker(c -> c.getDockerBuilder().setImage(" ")), "'docker.image' is empty");
    assertRefused(
        docker(c ->
            c.getDockerBuilder().addParameters(Parameter.newBuilder().setKey("").setValue("x"))),
        "without a 'key'");
  }

  @Test
  void hasNoHostnameInTheHostsNetwork() {
    assertAccepted(docker(c -> c.setHostname("h")));
    var host = Tasks.docker(HOST, RESOURCES);
    host.getContainerBuilder().setHostname("h");
    assertRefused(host, "'hostname' cannot be set");
  }

  @Test
  void mapsOnlyPortsThatTheTaskHas() {
    assertAccepted(mapping(31000, 80, "tcp"));
    assertAccepted(mapping(31009, 80, "UDP"));
    assertRefused(
        mapping(31010, 80, "tcp"),
        "Host port 31010 is mapped but not among the task's 'ports' resource [31000-31009]");
    assertRefused(mapping(0, 80, "tcp"), "Host port 0 is mapped but not among");
    assertRefused(mapping(-1, 80, "tcp"), "Host port 4294967295");
    assertRefused(mapping(31000, 0, "tcp"), "Container port 0");
    assertRefused(mapping(31000, 65536, "tcp"), "Container port 65536");
    assertRefused(mapping(31000, 80, "icmp"), "protocol 'icmp'");
    var host = mapping(31000, 80, "tcp");
    host.getContainerBuilder().getDockerBuilder().setNetwork(HOST);
    assertRefused(host, "not in HOST");
    var twice = mapping(31000, 80, "tcp");
    var docker = twice.getContainerBuilder().getDockerBuilder();
    docker.addPortMappings(docker.getPortMappings(0).toBuilder().setContainerPort(81));
    assertRefused(twice, "Host port 31000 is mapped twice");
    docker.getPortMappingsBuilder(1).setProtocol("udp");
    assertAccepted(twice);
  }

  @Test
  void needsOneNamedUserNetwork() {
    var task = Tasks.docker(USER, RESOURCES);
    assertRefused(task, "exactly one of 'network_infos', there are 0");
    task.getContainerBuilder().addNetworkInfos(NetworkInfo.getDefaultInstance());
    assertRefused(task, "needs the network's 'name'");
    task.getContainerBuilder().getNetworkInfosBuilder(0).setName("overlay");
    assertAccepted(task);
    task.getContainerBuilder().addNetworkInfos(NetworkInfo.newBuilder().setName("other"));
    assertRefused(task, "there are 2");
  }

  @Test
  void judgesVolumes() {
    assertAccepted(volume(Tasks.volume("/data").setHostPath("/srv/data")));
    assertAccepted(volume(Tasks.volume("/data").setHostPath("data")));
    assertAccepted(volume(Tasks.volume("data").setHostPath("/srv/data")));
    assertAccepted(volume(Tasks.volume("/data")));
    assertRefused(volume(Tasks.volume("data").setHostPath("data")), "cannot both be relative");
    assertRefused(volume(Tasks.volume("/data").setHostPath("../x")), "leaves the sandbox");
    assertRefused(volume(Tasks.volume("../data").setHostPath("/x")), "leaves the sandbox");
    assertRefused(volume(Tasks.volume("")), "no 'container_path'");
    assertRefused(
        volume(
            Tasks.volume("/d")
                .setHostPath("/x")
                .setImage(Image.newBuilder().setType(Image.Type.DOCKER))),
        "more than one of");
    assertRefused(
        docker(c ->
            c.addVolumes(Tasks.volume("/d").setHostPath("/a"))
                .addVolumes(Tasks.volume("/d").setHostPath("/b"))),
        "Two volumes have the 'container_path' '/d'");
  }

  @Test
  void judgesVolumeSources() {
    var source = Volume.Source.newBuilder().setType(Volume.Source.Type.DOCKER_VOLUME);
    assertRefused(volume(Tasks.volume("/d").setSource(source)), "does not say which one");
    source.getDockerVolumeBuilder().setName("v");
    assertAccepted(volume(Tasks.volume("/d").setSource(source)));
    assertRefused(
        volume(Tasks.volume("/d").setSource(source.clone().setType(Volume.Source.Type.UNKNOWN))),
        "type UNKNOWN");
    var sandbox = Volume.Source.newBuilder().setType(Volume.Source.Type.SANDBOX_PATH);
    sandbox.getSandboxPathBuilder().setPath("../x");
    assertRefused(volume(Tasks.volume("/d").setSource(sandbox)), "SANDBOX_PATH");
  }

  @Test
  void refusesNegativeTimes() {
    var kill = Tasks.command("t", RESOURCES);
    kill.getKillPolicyBuilder().getGracePeriodBuilder().setNanoseconds(-5);
    assertRefused(kill, "'kill_policy.grace_period' is negative: -5 ns");
    var completion = Tasks.command("t", RESOURCES);
    completion.getMaxCompletionTimeBuilder().setNanoseconds(-5);
    assertRefused(completion, "'max_completion_time' is negative");
  }

  private static TaskInfo.Builder limit(String name, double value) {
    return Tasks.command("t", "cpus:0.5;mem:64")
        .putLimits(name, Value.Scalar.newBuilder().setValue(value).build());
  }

  @Test
  void judgesLimits() {
    assertAccepted(limit("cpus", 0.5));
    assertAccepted(limit("mem", 128));
    assertAccepted(limit("cpus", Double.POSITIVE_INFINITY));
    assertRefused(limit("cpus", 0.4), "below what the task asks for: [cpus:0.5]");
    assertRefused(limit("mem", Double.NaN), "below what");
    assertRefused(limit("disk", 10), "only cpus and mem");
    assertRefused(
        limit("mem", 10)
            .clearResources()
            .addAllResources(Tasks.command("t", "cpus:1").getResourcesList()),
        "does not ask for mem itself");
  }

  private static TaskInfo.Builder health(Consumer<HealthCheck.Builder> change) {
    var task = Tasks.command("t", RESOURCES);
    change.accept(task.getHealthCheckBuilder());
    return task;
  }

  @Test
  void judgesHealthChecks() {
    assertRefused(health(h -> {}), "none of COMMAND, HTTP and TCP");
    assertRefused(health(h -> h.setType(HealthCheck.Type.COMMAND)), "has no 'command'");
    assertRefused(health(h -> h.setType(HealthCheck.Type.HTTP)), "has no 'http'");
    assertRefused(health(h -> h.setType(HealthCheck.Type.TCP)), "has no 'tcp'");
    assertAccepted(health(h -> h.setType(HealthCheck.Type.TCP).getTcpBuilder().setPort(80)));
    assertRefused(health(h -> h.setType(HealthCheck.Type.TCP).getTcpBuilder().setPort(0)), "(0)");
    assertAccepted(
        health(h -> h.setType(HealthCheck.Type.HTTP).getHttpBuilder().setPort(80).setPath("/x")));
    assertRefused(
        health(h -> h.setType(HealthCheck.Type.HTTP).getHttpBuilder().setPort(80).setPath("x")),
        "does not begin with '/'");
    assertRefused(
        health(h -> h.setType(HealthCheck.Type.HTTP).getHttpBuilder().setPort(80).setScheme("ftp")),
        "not http or https");
    assertRefused(
        health(h ->
            h.setType(HealthCheck.Type.COMMAND)
                .setIntervalSeconds(-1)
                .getCommandBuilder()
                .setValue("true")),
        "'health_check.interval_seconds' (-1.0)");
    assertRefused(
        health(h -> h.setType(HealthCheck.Type.COMMAND).getCommandBuilder().setShell(false)),
        "'health_check': 'command.value' is missing");
  }

  private static TaskInfo.Builder check(Consumer<CheckInfo.Builder> change) {
    var task = Tasks.command("t", RESOURCES);
    change.accept(task.getCheckBuilder());
    return task;
  }

  @Test
  void judgesChecks() {
    assertRefused(check(c -> {}), "'check.type' is none of");
    assertRefused(check(c -> c.setType(CheckInfo.Type.COMMAND)), "has no 'command'");
    assertRefused(check(c -> c.setType(CheckInfo.Type.HTTP)), "has no 'http'");
    assertRefused(check(c -> c.setType(CheckInfo.Type.TCP)), "has no 'tcp'");
    assertAccepted(check(c -> c.setType(CheckInfo.Type.TCP).getTcpBuilder().setPort(80)));
    assertRefused(
        check(c -> c.setType(CheckInfo.Type.HTTP).getHttpBuilder().setPort(80).setPath("x")),
        "does not begin with '/'");
    assertRefused(
        check(c ->
            c.setType(CheckInfo.Type.TCP).setDelaySeconds(Double.NaN).getTcpBuilder().setPort(80)),
        "'check.delay_seconds' (NaN)");
  }
}
