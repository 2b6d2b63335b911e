package io.meseta.master.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Label;
import io.meseta.api.v1.Labels;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.common.testing.FuzzedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgentMessagesTest {

  private static final int RANDOM_MESSAGES = 3_000;

  private final AgentMessages messages = new AgentMessages();

  @Test
  void whatTasksHaveInCommonIsOneObject() throws Exception {
    AgentMessage sent =
        registration(List.of(task("t1", "web"), task("t2", "web"), task("t3", "db")));

    AgentMessage read = messages.parse(sent.toByteArray());

    assertThat(read).isEqualTo(sent);
    List<Task> tasks = read.getRegister().getTasksList();
    assertThat(tasks.get(1).getLabels()).isSameAs(tasks.get(0).getLabels());
    assertThat(tasks.get(1).getResources(0)).isSameAs(tasks.get(0).getResources(0));
    assertThat(tasks.get(2).getLabels()).isNotSameAs(tasks.get(0).getLabels());
  }

  @Test
  void otherMessagesAreReadAsTheyAre() throws Exception {
    AgentMessage pong = AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()).build();

    assertThat(messages.parse(pong.toByteArray())).isEqualTo(pong);
    assertThat(messages.parse(new byte[0])).isEqualTo(AgentMessage.getDefaultInstance());
  }

  @Test
  void aTaskThatLacksWhatIsRequiredIsRefused() {
    byte[] incomplete =
        AgentMessage.newBuilder()
            .setRegister(
                Register.newBuilder()
                    .addTasks(task("t", "web").toBuilder().clearState().buildPartial())
                    .buildPartial())
            .buildPartial()
            .toByteArray();

    assertThatThrownBy(() -> messages.parse(incomplete))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("state");
  }

  @Test
  void anyMessageAndAnythingMadeOfItIsReadAsTheOrdinaryReaderDoes() {
    Random random = new Random(7);
    FuzzedBytes breaking = new FuzzedBytes(random);
    int whole = 0;
    int refused = 0;
    for (int i = 0; i < RANDOM_MESSAGES; i++) {
      List<Task> tasks = new ArrayList<>();
      for (int more = random.nextInt(6); more > 0; more--) {
        tasks.add(anyTask(random));
      }
      byte[] bytes = registration(tasks).toByteArray();
      byte[] sent = random.nextBoolean() ? bytes : breaking.broken(bytes, false);

      Optional<AgentMessage> expected = read(sent, AgentMessage::parseFrom);
      assertThat(read(sent, messages::parse)).isEqualTo(expected);
      whole += expected.isPresent() ? 1 : 0;
      refused += expected.isPresent() ? 0 : 1;
    }
    assertThat(whole).as("messages that can be read").isGreaterThan(RANDOM_MESSAGES / 20);
    assertThat(refused).as("messages that cannot").isGreaterThan(RANDOM_MESSAGES / 20);
  }

  private interface Reader {
    AgentMessage read(byte[] bytes) throws InvalidProtocolBufferException;
  }

  private static Optional<AgentMessage> read(byte[] bytes, Reader reader) {
    try {
      return Optional.of(reader.read(bytes));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static AgentMessage registration(List<Task> tasks) {
    return AgentMessage.newBuilder()
        .setRegister(
            Register.newBuilder()
                .setAgent(AgentInfo.newBuilder().setHostname("host"))
                .setVersion("1")
                .setProcessId("process")
                .addAllTasks(tasks)
                .setIp("127.0.0.1"))
        .build();
  }

  private static Task anyTask(Random random) {
    Task.Builder task =
        task("t" + random.nextInt(), random.nextBoolean() ? "web" : "db").toBuilder();
    if (random.nextBoolean()) {
      task.putLimits("cpus", Value.Scalar.newBuilder().setValue(random.nextInt(3)).build());
    }
    if (random.nextBoolean()) {
      task.setUser("nobody").clearLabels();
    }
    if (random.nextBoolean()) {
      task.addStatuses(
          TaskStatus.newBuilder().setTaskId(task.getTaskId()).setState(TaskState.TASK_RUNNING));
    }
    return task.build();
  }

  private static Task task(String id, String service) {
    return Task.newBuilder()
        .setName(service)
        .setTaskId(TaskID.newBuilder().setValue(id))
        .setFrameworkId(FrameworkID.newBuilder().setValue("framework"))
        .setAgentId(AgentID.newBuilder().setValue("agent"))
        .setState(TaskState.TASK_RUNNING)
        .addAllResources(
            Resources.of("cpus:0.1;mem:5").toProto(Optional.of("*"), ReservationFormat.REFINED))
        .setLabels(
            Labels.newBuilder().addLabels(Label.newBuilder().setKey("service").setValue(service)))
        .build();
  }
}
