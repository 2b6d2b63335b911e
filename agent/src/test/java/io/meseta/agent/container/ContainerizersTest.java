package io.meseta.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.Containerizers.Member;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ContainerizersTest {

  private static final AgentId AGENT = new AgentId("test-S0");

  private final Orders docker = new Orders();
  private final Orders process = new Orders();
  private final Heard heard = new Heard();

  @Test
  void eachDescriptionGoesToItsOwn() {
    Containerizers both = both();

    both.launch(spec("image", task(ContainerInfo.Type.DOCKER)));
    both.launch(spec("plain", TaskInfo.newBuilder()));
    both.launch(spec("mesos", task(ContainerInfo.Type.MESOS)));
    TaskInfo.Builder withImage = task(ContainerInfo.Type.MESOS);
    withImage
        .getContainerBuilder()
        .getMesosBuilder()
        .setImage(Image.newBuilder().setType(Image.Type.DOCKER));
    both.launch(spec("mesos-image", withImage));
    both.adopt(spec("adopted", TaskInfo.newBuilder()));

    assertThat(docker.orders).containsExactly("launch image", "launch mesos-image");
    assertThat(process.orders).containsExactly("launch plain", "launch mesos", "adopt adopted");
  }

  @Test
  void laterOrdersFollowTheFirst() throws Exception {
    Containerizers both = both();
    both.launch(spec("image", task(ContainerInfo.Type.DOCKER)));
    both.launch(spec("plain", TaskInfo.newBuilder()));
    docker.orders.clear();
    process.orders.clear();

    both.kill(new ContainerId("image"), Duration.ZERO);
    both.kill(new ContainerId("plain"), Duration.ZERO);
    both.kill(new ContainerId("unknown"), Duration.ZERO);
    both.exec(
        new ContainerId("plain"), ContainerExec.Command.of(List.of("true"), Map.of()), NO_OUTPUT);
    both.remove(new ContainerId("image"));
    both.remove(new ContainerId("plain"));

    assertThat(docker.orders).containsExactly("kill image", "remove image");
    assertThat(process.orders).containsExactly("kill plain", "exec plain", "remove plain");
  }

  @Test
  void whatNobodyWasToldOfIsRemovedFromBoth() {
    both().remove(new ContainerId("orphan"));

    assertThat(docker.orders).containsExactly("remove orphan");
    assertThat(process.orders).containsExactly("remove orphan");
  }

  @Test
  void oneThatWasNotLaunchedBelongsToNobody() {
    Containerizers both = both();
    both.launch(spec("plain", TaskInfo.newBuilder()));
    process.listener.launchFailed(new ContainerId("plain"), ContainerPhase.STARTING, "why");

    both.kill(new ContainerId("plain"), Duration.ZERO);

    assertThat(process.orders).containsExactly("launch plain");
    assertThat(heard.news).containsExactly("failed plain: why");
  }

  @Test
  void eachAnswersForItself() {
    Containerizers both = both();
    both.observe(AGENT);
    assertThat(docker.orders).containsExactly("observe");
    assertThat(process.orders).containsExactly("observe");

    process.listener.observed(Set.of(ContainerizerKind.PROCESS), List.of(observed("plain")));
    assertThat(heard.news).containsExactly("observed [PROCESS] [plain]");
    docker.listener.observed(Set.of(ContainerizerKind.DOCKER), List.of(observed("image")));

    assertThat(heard.news)
        .containsExactly("observed [PROCESS] [plain]", "observed [DOCKER] [image]");
  }

  @Test
  void anOrphanIsRemovedByTheOneThatSawIt() {
    Containerizers both = both();
    process.listener.observed(Set.of(ContainerizerKind.PROCESS), List.of(observed("plain")));

    both.remove(new ContainerId("plain"));

    assertThat(process.orders).containsExactly("remove plain");
    assertThat(docker.orders).isEmpty();
  }

  @Test
  void oneInTroubleDoesNotHoldUpTheOther() {
    Containerizers both = both();
    docker.listener.engineHealth(false, "does not answer");
    process.listener.engineHealth(true, "");

    both.launch(spec("plain", TaskInfo.newBuilder()));
    process.listener.started(
        new ContainerId("plain"), new StartedContainer(OptionalInt.of(1), List.of()));

    assertThat(heard.news)
        .containsExactly(
            "health false docker: does not answer",
            "health false docker: does not answer",
            "started plain");
  }

  @Test
  void healthIsThatOfAllAndSaysWhose() {
    both();
    docker.listener.engineHealth(true, "");
    process.listener.engineHealth(true, "not limited");

    assertThat(heard.news).containsExactly("health true ", "health true process: not limited");
  }

  @Test
  void whatIsNotThereIsRefusedWithTheOption() throws Exception {
    Containerizers only =
        new Containerizers(new EnumMap<>(Map.of(ContainerizerKind.DOCKER, Member.of(docker))));
    only.start(heard);

    only.launch(spec("plain", TaskInfo.newBuilder()));

    assertThat(heard.await())
        .startsWith("failed plain: ")
        .contains("tasks without an image")
        .contains("--containerizers=docker, which has to name process");
    assertThat(docker.orders).isEmpty();
  }

  @Test
  void withoutDockerImagesAreRefused() throws Exception {
    Containerizers only =
        new Containerizers(new EnumMap<>(Map.of(ContainerizerKind.PROCESS, Member.of(process))));
    only.start(heard);

    only.launch(spec("image", task(ContainerInfo.Type.DOCKER)));

    assertThat(heard.await())
        .contains("tasks with an image")
        .contains("--containerizers=process, which has to name docker");
    only.observe(AGENT);
    process.listener.observed(Set.of(ContainerizerKind.PROCESS), List.of());
    // Of what nobody could see there is nothing: tasks of an agent with other options end.
    assertThat(heard.await()).isEqualTo("observed [DOCKER, PROCESS] []");
  }

  @Test
  void commandsNeedAContainerThatSomebodyHas() {
    assertThatThrownBy(() ->
            both()
                .exec(
                    new ContainerId("unknown"),
                    ContainerExec.Command.of(List.of("true"), Map.of()),
                    NO_OUTPUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not run");
  }

  @Test
  void closingClosesAll() {
    both().close();

    assertThat(docker.orders).containsExactly("close");
    assertThat(process.orders).containsExactly("close");
  }

  private Containerizers both() {
    Containerizers both =
        new Containerizers(
            new EnumMap<>(
                Map.of(
                    ContainerizerKind.DOCKER,
                    Member.of(docker),
                    ContainerizerKind.PROCESS,
                    Member.of(process))));
    both.start(heard);
    return both;
  }

  private static TaskInfo.Builder task(ContainerInfo.Type type) {
    return TaskInfo.newBuilder().setContainer(ContainerInfo.newBuilder().setType(type));
  }

  private static ContainerSpec spec(String container, TaskInfo.Builder task) {
    return ContainerSpec.ofTask(
        new ContainerId(container),
        AGENT,
        new FrameworkId("f"),
        new ExecutorId("e"),
        "root",
        task.setName("t")
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setAgentId(AgentID.newBuilder().setValue(AGENT.value()))
            .build());
  }

  private static ObservedContainer observed(String container) {
    return new ObservedContainer(new ContainerId(container), Optional.empty(), Optional.empty());
  }

  private static final ContainerExec.Output NO_OUTPUT =
      new ContainerExec.Output() {
        @Override
        public void stdout(ByteBuffer bytes) {}

        @Override
        public void stderr(ByteBuffer bytes) {}

        @Override
        public void exited(int code) {}

        @Override
        public void failed(String reason) {}
      };

  /** Keeps what it is told to do. */
  private static final class Orders implements Containerizer, ContainerExec {
    private final List<String> orders = new ArrayList<>();
    private Listener listener = new Heard();

    @Override
    public void start(Listener newListener) {
      listener = newListener;
    }

    @Override
    public void observe(AgentId agent) {
      orders.add("observe");
    }

    @Override
    public void update(ContainerId container, TaskInfo sized) {
      orders.add("update " + container);
    }

    @Override
    public void launch(ContainerSpec spec) {
      orders.add("launch " + spec.container());
    }

    @Override
    public void go(ContainerId container) {
      orders.add("go " + container);
    }

    @Override
    public void adopt(ContainerSpec spec) {
      orders.add("adopt " + spec.container());
    }

    @Override
    public void kill(ContainerId container, Duration grace) {
      orders.add("kill " + container);
    }

    @Override
    public void remove(ContainerId container) {
      orders.add("remove " + container);
    }

    @Override
    public Session exec(ContainerId container, Command command, Output output) {
      orders.add("exec " + container);
      return new Session() {
        @Override
        public void write(ByteBuffer input) {}

        @Override
        public void closeInput() {}

        @Override
        public void resize(TerminalSize size) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {
      orders.add("close");
    }
  }

  /** Keeps what it is told. */
  private static final class Heard implements Containerizer.Listener {
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    String await() throws InterruptedException {
      String next = news.poll(30, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return next;
    }

    @Override
    public void progressed(ContainerId container, ContainerPhase phase, String detail) {
      news.add("progressed " + container);
    }

    @Override
    public void prepared(ContainerId container) {
      news.add("prepared " + container);
    }

    @Override
    public void started(ContainerId container, StartedContainer started) {
      news.add("started " + container);
    }

    @Override
    public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
      news.add("failed " + container + ": " + reason);
    }

    @Override
    public void exited(ContainerId container, ContainerExit exit) {
      news.add("exited " + container);
    }

    @Override
    public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
      news.add(
          "observed "
              + kinds
              + " "
              + containers.stream().map(one -> one.container().value()).toList());
    }

    @Override
    public void engineHealth(boolean healthy, String detail) {
      news.add("health " + healthy + " " + detail);
    }
  }
}
