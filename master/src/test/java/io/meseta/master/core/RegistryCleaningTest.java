package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.master.registry.RegistrySnapshot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryCleaningTest {

  private static CoreContext leading(Duration maxAge, int maxCount) {
    CoreContext master =
        new CoreContext(
            MasterSettings.DEFAULTS.withRegistry(
                new RegistryLimits(Duration.ofMinutes(15), maxAge, maxCount, 10)));
    master.lead(RegistrySnapshot.empty());
    master.effects();
    return master;
  }

  private static List<String> stored(CoreContext master) {
    return master.snapshot().agents().stream()
        .map(record -> record.getInfo().getHostname())
        .toList();
  }

  @Test
  void unreachableAgentsAreForgottenInTheEndWithTheirTasks() {
    CoreContext master = leading(Duration.ofHours(1), 10);
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgent("a");
    Offer offer = client.offers().get(0);
    client.launch(offer, Messages.task("t", offer));
    agent.disconnect();
    master.pass(Duration.ofMinutes(45));
    assertThat(stored(master)).containsExactly("a");

    master.pass(Duration.ofMinutes(60));

    assertThat(stored(master)).isEmpty();
    client.events();
    client.call(
        Call.newBuilder()
            .setType(Call.Type.RECONCILE)
            .setReconcile(
                Call.Reconcile.newBuilder()
                    .addTasks(
                        Call.Reconcile.Task.newBuilder()
                            .setTaskId(Messages.taskId("t"))
                            .setAgentId(agent.id))));
    assertThat(client.updates())
        .extracting(TaskStatus::getState)
        .containsExactly(TaskState.TASK_UNKNOWN);
  }

  @Test
  void goneAgentsAreForgottenInTheEnd() {
    CoreContext master = leading(Duration.ofHours(1), 10);
    Node agent = master.addAgent("a");
    master.operate(Messages.goneCall(agent.id));

    master.pass(Duration.ofMinutes(90));

    assertThat(stored(master)).isEmpty();
  }

  @Test
  void agentsThatAreThereAreKeptHoweverOld() {
    CoreContext master = leading(Duration.ofHours(1), 10);
    Node agent = master.addAgent("a");
    for (int i = 0; i < 600; i++) {
      master.pass(Duration.ofSeconds(15));
      agent.pong();
    }

    assertThat(stored(master)).containsExactly("a");
  }

  @Test
  void ofTooManyTheOldestGo() {
    CoreContext master = leading(Duration.ofDays(14), 2);
    for (String name : List.of("a", "b", "c")) {
      Node agent = master.addAgent(name);
      master.pass(Duration.ofSeconds(1));
      master.operate(Messages.goneCall(agent.id));
    }

    master.pass(Duration.ofMinutes(16));

    assertThat(stored(master)).containsExactly("b", "c");
  }

  @Test
  void anAgentThatComesBackWhileItIsBeingForgottenStays() {
    CoreContext master = leading(Duration.ofHours(1), 10);
    Node agent = master.addAgent("a");
    Client client = master.connect(Messages.framework("web").build());
    agent.disconnect();
    master.pass(Duration.ofMinutes(59));
    master.holdRegistry();
    master.pass(Duration.ofMinutes(20));
    agent.comeBack(client);
    assertThat(master.operate(Messages.goneCall(nobody()))).isEqualTo(404);

    master.releaseRegistry();

    assertThat(agent.messages()).anyMatch(MasterMessage::hasRegistered);
    assertThat(stored(master)).containsExactly("a");
  }

  private static AgentID nobody() {
    return AgentID.newBuilder().setValue("nobody").build();
  }

  @Test
  void anAgentThatIsBeingForgottenIsNotThereForOperators() {
    CoreContext master = leading(Duration.ofHours(1), 10);
    Node agent = master.addAgent("a");
    agent.disconnect();
    master.pass(Duration.ofMinutes(59));
    master.holdRegistry();
    master.pass(Duration.ofMinutes(20));

    assertThat(master.operate(Messages.goneCall(agent.id))).isEqualTo(404);
    assertThat(master.operate(Messages.drainCall(agent.id))).isEqualTo(400);
  }

  @Test
  void ageOutlivesTheLeader() {
    CoreContext master = leading(Duration.ofHours(1), 10);
    Node agent = master.addAgent("a");
    master.operate(Messages.goneCall(agent.id));
    master.pass(Duration.ofMinutes(50));
    master.failover();

    master.pass(Duration.ofMinutes(16));

    assertThat(stored(master)).isEmpty();
  }
}
