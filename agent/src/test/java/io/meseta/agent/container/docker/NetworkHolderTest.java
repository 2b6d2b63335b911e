package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ContainerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of a group's network is the holder's, and what its containers are asked for then. */
class NetworkHolderTest {

  private static final ContainerId EXECUTOR = new ContainerId("pod");
  private static final ContainerId HOLDER = new ContainerId("g1");

  private final TaskInfo.Builder first = task("first");
  private final TaskInfo.Builder second = task("second");

  private static TaskInfo.Builder task(String id) {
    TaskInfo.Builder task = TestTasks.shell("true").setTaskId(TaskID.newBuilder().setValue(id));
    task.getContainerBuilder().getDockerBuilder().setNetwork(DockerInfo.Network.BRIDGE);
    return task;
  }

  private ContainerSpec.Network network(Resource.Builder... granted) {
    return new ContainerSpec.Network(
        HOLDER,
        List.of(first.build(), second.build()),
        List.of(granted).stream().map(Resource.Builder::build).toList());
  }

  private ContainerSpec spec(TaskInfo.Builder task, ContainerSpec.Network network) {
    return TestTasks.spec("c1", task)
        .inGroup(new ContainerSpec.Group(EXECUTOR, Optional.of(network)));
  }

  private RunConfig holder(Resource.Builder... granted) throws UnsupportedTaskException {
    ContainerSpec.Network network = network(granted);
    return NetworkHolder.of(spec(second, network), network);
  }

  private RunConfig member(TaskInfo.Builder task) throws UnsupportedTaskException {
    ContainerSpec.Network network = network();
    RunContext context =
        new RunContext(
            TestTasks.CONTEXT.sandbox(),
            Optional.empty(),
            TestTasks.CONTEXT.secrets(),
            TestTasks.CONTEXT.machine(),
            Optional.of(network));
    return RunConfigs.of(spec(task, network), context);
  }

  private static void publish(TaskInfo.Builder task, int hostPort, int containerPort) {
    task.getContainerBuilder()
        .getDockerBuilder()
        .addPortMappingsBuilder()
        .setHostPort(hostPort)
        .setContainerPort(containerPort);
  }

  private static void parameter(TaskInfo.Builder task, String key, String value) {
    task.getContainerBuilder()
        .getDockerBuilder()
        .addParametersBuilder()
        .setKey(key)
        .setValue(value);
  }

  @Test
  void itHasNoRightsAndLimits() throws Exception {
    RunConfig config = holder();

    HostConfig host = config.hostConfig();
    assertThat(host.getMemory()).isEqualTo(NetworkHolder.MEMORY_BYTES);
    assertThat(host.getMemorySwap()).isEqualTo(NetworkHolder.MEMORY_BYTES);
    assertThat(host.getCpuQuota()).isPositive();
    assertThat(host.getPidsLimit()).isPositive();
    assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(config.process().user()).contains("65534:65534");
    assertThat(config.name()).isEqualTo("mesos-network-g1");
    // Not one of the agent's containers, of which each belongs to a task.
    assertThat(config.labels())
        .containsEntry(Labels.HOLDER, "g1")
        .containsKey(Labels.AGENT)
        .doesNotContainKeys(Labels.CONTAINER, Labels.TASK);
  }

  @Test
  void thePortsOfAllAreTheHolders() throws Exception {
    publish(first, 31000, 80);
    publish(second, 31001, 81);

    HostConfig host = holder(TestTasks.ports(31000, 31001)).hostConfig();

    assertThat(host.getNetworkMode()).isEqualTo("bridge");
    assertThat(host.getPortBindings().getBindings())
        .containsOnlyKeys(ExposedPort.tcp(80), ExposedPort.tcp(81));
    assertThat(member(first).hostConfig().getNetworkMode()).isEqualTo("container:mesos-network-g1");
    assertThat(member(first).hostConfig().getPortBindings()).isNull();
    assertThat(member(first).labels()).containsEntry(Labels.NETWORK, "g1");
  }

  @Test
  void aPortHasToBeGrantedForAsLongAsTheGroupLives() {
    first.addResources(TestTasks.ports(31000, 31000));
    publish(first, 31000, 80);

    assertThatThrownBy(this::holder)
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining("31000")
        .hasMessageContaining("executor");
  }

  @Test
  void theFirstDescribesTheNetwork() throws Exception {
    first.getContainerBuilder().setHostname("web");
    parameter(first, "dns", "127.0.0.53");
    parameter(first, "add-host", "db:10.0.0.1");
    parameter(first, "network", "mine");
    parameter(first, "network-alias", "web");

    RunConfig config = holder();
    assertThat(config.process().hostname()).contains("web");
    assertThat(config.hostConfig().getDns()).containsExactly("127.0.0.53");
    assertThat(config.hostConfig().getExtraHosts()).containsExactly("db:10.0.0.1");
    assertThat(config.hostConfig().getNetworkMode()).isEqualTo("mine");
    assertThat(config.endpoint().aliases()).containsExactly("web");

    RunConfig member = member(first);
    assertThat(member.process().hostname()).isEmpty();
    assertThat(member.hostConfig().getDns()).isEmpty();
    assertThat(member.hostConfig().getExtraHosts()).isEmpty();
    assertThat(member.endpoint().aliases()).isEmpty();
  }

  @Test
  void nobodyElseDoes() {
    for (Map.Entry<String, String> each :
        Map.of("hostname", "h", "dns", "127.0.0.53", "add-host", "a:10.0.0.1").entrySet()) {
      TaskInfo.Builder other = second.clone();
      parameter(other, each.getKey(), each.getValue());

      assertThatThrownBy(() -> member(other))
          .isInstanceOf(UnsupportedTaskException.class)
          .hasMessageContaining("first task of a group");
    }
  }
}
