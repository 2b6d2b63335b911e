package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentEvent.ConfigurationChanged;
import io.meseta.agent.inventory.Attributes;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Resource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Another configuration while the agent runs, and at a restart. */
class ReconfigurationTest {

  private static final List<Resource> SAME = Messages.AGENT.getResourcesList();
  private static final List<Attribute> RACK = Attributes.parse("rack:r2");

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private void changes(List<Attribute> attributes, List<Resource> resources) {
    agent.handle(new ConfigurationChanged(agent.now(), attributes, resources));
  }

  private static List<Resource> cpus(double amount) {
    return List.of(Messages.scalar("cpus", amount));
  }

  private Register introduction(long link) {
    agent.opened(link);
    return agent.lastEffects().stream()
        .filter(AgentEffect.SendToMaster.class::isInstance)
        .map(effect -> ((AgentEffect.SendToMaster) effect).message().getRegister())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theMasterIsToldOnANewLinkOnceItIsWrittenDown() {
    changes(RACK, SAME);

    agent.then("write 2 [agent A0]");
    agent.written().then("cancel silent 1", "close 1", "open 2 m1", "timer silent 2 PT15S");
    assertThat(introduction(2).getAgent().getAttributesList()).isEqualTo(RACK);
    assertThat(agent.durable().agent().orElseThrow().getInfo().getAttributesList()).isEqualTo(RACK);
    assertThat(agent.view().agent().getAttributesList()).isEqualTo(RACK);
  }

  @Test
  void tasksAreNotTouched() {
    agent.running("t1");

    changes(RACK, SAME);
    agent.settle();

    assertThat(agent.lastEffects())
        .noneMatch(effect -> effect instanceof AgentEffect.KillContainer);
    assertThat(introduction(2).getTasksList())
        .extracting(task -> task.getTaskId().getValue())
        .containsExactly("t1");
  }

  @Test
  void whatIsTheSameIsNotTold() {
    changes(List.of(), SAME);

    agent.thenNothing();
  }

  @Test
  void withoutALinkItWaitsForTheNextRegistration() {
    agent.closed(1);

    changes(RACK, SAME);

    agent.then("write 2 [agent A0]");
    agent.written().thenNothing();
    agent.fire(new AgentTimer.Reconnect());
    assertThat(introduction(2).getAgent().getAttributesList()).isEqualTo(RACK);
  }

  @Test
  void anAgentWithoutAnIdHasNothingToWriteDown() {
    AgentCoreTestContext fresh = AgentCoreTestContext.fresh();
    fresh.leader(Optional.of(AgentCoreTestContext.LEADER));

    fresh.handle(new ConfigurationChanged(fresh.now(), RACK, SAME));

    fresh.then("cancel silent 1", "close 1", "open 2 m1", "timer silent 2 PT15S");
  }

  @Test
  void otherResourcesAreTakenThatCoverWhatRuns() {
    agent.running("t1");

    changes(List.of(), cpus(1));
    agent.settle();

    assertThat(agent.view().total().cpusMilli()).isEqualTo(1000);
    assertThat(introduction(2).getAgent().getResourcesList()).isEqualTo(cpus(1));
  }

  @Test
  void resourcesThatDoNotCoverWhatRunsAreRefusedAndAttributesTaken() {
    agent.running("t1");

    changes(RACK, cpus(0.5));

    assertThat(agent.counted(AgentCounter.REFUSED_CONFIGURATIONS)).isEqualTo(1);
    assertThat(agent.view().total().cpusMilli()).isEqualTo(4000);
    assertThat(agent.view().agent().getResourcesList()).isEqualTo(SAME);
    assertThat(agent.view().agent().getAttributesList()).isEqualTo(RACK);
  }

  @Test
  void reservationsAreCoveredToo() {
    agent
        .says(Messages.apply("o1", Messages.reserve(Optional.empty(), Messages.scalar("cpus", 3))))
        .settle();

    changes(List.of(), cpus(2));
    assertThat(agent.counted(AgentCounter.REFUSED_CONFIGURATIONS)).isEqualTo(1);

    changes(List.of(), cpus(5));
    assertThat(agent.view().total().cpusMilli()).isEqualTo(5000);
    assertThat(agent.view().total().unreserved().cpusMilli()).isEqualTo(2000);
  }

  @Test
  void aRestartedAgentHasWhatItIsToldAtItsStart() {
    changes(RACK, cpus(8));
    agent.settle();

    AgentCoreTestContext after = agent.restarted();

    assertThat(after.view().agent().getAttributesList()).isEmpty();
    assertThat(after.view().total().cpusMilli()).isEqualTo(4000);
  }

  @Test
  void whatAStartLacksIsToldWithTheTasksAndTheDifference() {
    agent.running("t1").running("t2");
    JournalSnapshot journal = agent.durable();

    assertThat(Coverage.missing(cpus(2), journal)).isEmpty();
    assertThat(Coverage.missing(cpus(1.5), journal))
        .contains(
            "the resources [cpus:1.5] do not cover what 2 running tasks (t1, t2) hold, [cpus:2]:"
                + " [cpus:0.5] is missing");
  }

  @Test
  void aTaskThatHasEndedNeedsNothing() {
    agent.running("t1").exited("t1", 0).settle();

    assertThat(Coverage.missing(cpus(0.1), agent.durable())).isEmpty();
  }
}
