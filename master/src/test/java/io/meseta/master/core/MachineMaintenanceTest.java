package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TimeInfo;
import io.meseta.api.v1.Unavailability;
import io.meseta.api.v1.allocator.InverseOfferStatus;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.MaintenanceView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Machines that operators take down, and bring up again. */
class MachineMaintenanceTest {
  private static final Unavailability SOON =
      Unavailability.newBuilder()
          .setStart(TimeInfo.newBuilder().setNanoseconds(1_900_000_000_000_000_000L))
          .build();

  private final CoreContext master = CoreContext.leading();

  private static MachineID machine(String hostname) {
    return MachineID.newBuilder().setHostname(hostname).build();
  }

  private static Call.Builder plan(String... hostnames) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
    var schedule = call.getUpdateMaintenanceScheduleBuilder().getScheduleBuilder();
    for (String hostname : hostnames) {
      schedule.addWindows(
          Window.newBuilder().setUnavailability(SOON).addMachineIds(machine(hostname)));
    }
    return call;
  }

  private static Call.Builder start(String... hostnames) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.START_MAINTENANCE);
    for (String hostname : hostnames) {
      call.getStartMaintenanceBuilder().addMachines(machine(hostname));
    }
    return call;
  }

  private static Call.Builder stop(String... hostnames) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.STOP_MAINTENANCE);
    for (String hostname : hostnames) {
      call.getStopMaintenanceBuilder().addMachines(machine(hostname));
    }
    return call;
  }

  private MaintenanceView view() {
    return master.view().maintenance();
  }

  @Test
  void whatRunsOnAMachineThatGoesDownIsGone() {
    Client aware = master.connect(Messages.partitionAware("aware").build());
    Client plain = master.connect(Messages.framework("plain").build());
    Node agent = master.addAgentRunning(aware, "t");
    master.pass(Duration.ofSeconds(6));
    var offer =
        plain.events().stream()
            .flatMap(event -> event.getOffers().getOffersList().stream())
            .findFirst();
    offer.ifPresent(open -> plain.launch(open, Messages.task("p", open)));
    agent.messages();
    aware.events();
    master.operate(plan("a"));
    aware.events();

    assertThat(master.operate(start("a"))).isEqualTo(200);

    assertThat(agent.messages())
        .as("it ends what it runs, and does not come back as the same")
        .anySatisfy(message -> {
          assertThat(message.hasRejected()).isTrue();
          assertThat(message.getRejected().getPermanent()).isTrue();
        });
    List<Event> told = aware.events();
    assertThat(told)
        .filteredOn(Event::hasUpdate)
        .singleElement()
        .satisfies(event ->
            assertThat(event.getUpdate().getStatus().getState())
                .isEqualTo(TaskState.TASK_GONE_BY_OPERATOR));
    assertThat(told).anyMatch(Event::hasFailure);
    if (offer.isPresent()) {
      assertThat(plain.updates()).anyMatch(status -> status.getState() == TaskState.TASK_LOST);
    }
    assertThat(master.view(agent).standing()).isEqualTo(AgentView.Standing.GONE);
    assertThat(view().down()).containsExactly(machine("a"));
    assertThat(view().schedule().getWindowsCount()).as("it stays scheduled").isEqualTo(1);
  }

  @Test
  void anAgentIsRefusedWhileItsMachineIsDownAndLetInAfterwards() {
    master.operate(plan("a", "b"));
    master.operate(start("A"));

    long refused = master.openLink(Messages.register("a"));

    assertThat(master.messages(refused))
        .singleElement()
        .extracting(MasterMessage::getRejected)
        .satisfies(rejected -> {
          assertThat(rejected.getReason()).contains("down for maintenance");
          assertThat(rejected.getPermanent()).as("it may ask again").isFalse();
        });
    master.addAgent("b");
    assertThat(master.operate(stop("a"))).isEqualTo(200);
    assertThat(view().down()).isEmpty();
    assertThat(view().schedule().getWindowsList())
        .as("a machine that is up again is scheduled no more")
        .singleElement()
        .satisfies(window -> assertThat(window.getMachineIdsList()).containsExactly(machine("b")));
    master.addAgent("a");
  }

  @Test
  void onlyWhatIsScheduledGoesDownAndOnlyWhatIsDownComesUp() {
    master.operate(plan("a"));

    assertThat(master.operate(start("b"))).isEqualTo(400);
    assertThat(master.operate(start("a", "b"))).as("all or none").isEqualTo(400);
    assertThat(view().down()).isEmpty();
    assertThat(master.operate(stop("b"))).isEqualTo(400);
    assertThat(master.operate(stop("a"))).isEqualTo(400);
    assertThat(master.operate(start("a"))).isEqualTo(200);
    assertThat(master.operate(start("a"))).as("so already").isEqualTo(200);
    assertThat(view().down()).hasSize(1);
  }

  @Test
  void aMachineThatIsDownCannotLeaveTheSchedule() {
    master.operate(plan("a", "b"));
    master.operate(start("a"));

    assertThat(master.operate(plan("b"))).isEqualTo(400);
    assertThat(master.operate(plan("A"))).isEqualTo(200);
    assertThat(view().schedule().getWindowsCount()).isEqualTo(1);
  }

  @Test
  void nothingIsDoneBeforeTheRegistrySaysSo() {
    Node agent = master.addAgent("a");
    master.operate(plan("a"));
    master.holdRegistry();

    long exchange = master.ask(start("a"));

    assertThat(master.answer(exchange)).isEmpty();
    assertThat(agent.messages()).isEmpty();
    assertThat(view().down()).isEmpty();
    long refused = master.openLink(Messages.register("a"));
    assertThat(master.messages(refused).get(0).hasRejected())
        .as("who would be gone at once is not let in")
        .isTrue();
    master.releaseRegistry();
    assertThat(master.answer(exchange)).hasValue(200);
    assertThat(master.view(agent).standing()).isEqualTo(AgentView.Standing.GONE);
  }

  @Test
  void theNextLeaderFinishesWhatWasBegun() {
    Node agent = master.addAgent("a");
    master.operate(plan("a"));
    master.holdRegistry();
    master.ask(start("a"));
    master.endWrite(new RegistryOutcome.Written());

    master.failover();
    master.releaseRegistry();

    assertThat(view().down()).containsExactly(machine("a"));
    assertThat(master.view(agent).standing()).isEqualTo(AgentView.Standing.GONE);
    assertThat(master.messages(master.openLink(Messages.register("a"))).get(0).hasRejected())
        .isTrue();
  }

  @Test
  void anUnreachableAgentKeepsItsTasksForTheTimeAfterwards() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgentRunning(client, "t");
    agent.disconnect();
    master.pass(Duration.ofSeconds(95));
    master.operate(plan("a"));

    master.operate(start("a"));

    assertThat(master.view(agent).standing()).isEqualTo(AgentView.Standing.UNREACHABLE);
    master.operate(stop("a"));
    client.events();
    agent.comeBack(client, agent.held(client, "t", TaskState.TASK_RUNNING));
    assertThat(client.updates()).anyMatch(status -> status.getState() == TaskState.TASK_RUNNING);
  }

  @Test
  void readersSeeWhatFrameworksSayToThePlan() {
    Client client = master.connect(Messages.partitionAware("web").build());
    Node agent = master.addAgentRunning(client, "t");
    master.operate(plan("a"));
    master.pass(Duration.ofSeconds(2));
    assertThat(master.view(agent).inverseOffers())
        .singleElement()
        .satisfies(
            answer -> assertThat(answer.getStatus()).isEqualTo(InverseOfferStatus.Status.UNKNOWN));
    var asked =
        client.events().stream()
            .filter(Event::hasInverseOffers)
            .findFirst()
            .orElseThrow()
            .getInverseOffers()
            .getInverseOffers(0);

    var call =
        io.meseta.api.v1.scheduler.Call.newBuilder()
            .setType(io.meseta.api.v1.scheduler.Call.Type.ACCEPT_INVERSE_OFFERS);
    call.getAcceptInverseOffersBuilder().addInverseOfferIds(asked.getId());
    client.call(call);

    assertThat(master.view(agent).inverseOffers())
        .singleElement()
        .satisfies(answer -> {
          assertThat(answer.getStatus()).isEqualTo(InverseOfferStatus.Status.ACCEPT);
          assertThat(answer.getFrameworkId()).isEqualTo(client.id);
        });
    master.operate(plan());
    assertThat(master.view(agent).inverseOffers()).isEmpty();
  }
}
