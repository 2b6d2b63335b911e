package io.meseta.master.http.read;

import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.master.MasterFigures;
import io.meseta.master.MasterTimings;
import io.meseta.master.Occurrences;
import io.meseta.master.Traffic;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ViewChange;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void numbersHaveTheNamesAndValuesThatDashboardsLookFor() {
    Driven driven = new Driven();
    Occurrences occurrences = new Occurrences();
    AgentID agent = driven.agent("a");
    FrameworkID framework = driven.framework("my framework/1");
    driven.launch(framework, agent, "first");
    occurrences.count(driven.view().changes());
    driven.update(framework, agent, "first", TaskState.TASK_RUNNING);
    occurrences.count(driven.view().changes());

    Map<String, Double> numbers = numbers(driven, occurrences);
    assertThat(numbers)
        .containsEntry("master/elected", 1.0)
        .containsEntry("master/slaves_active", 1.0)
        .containsEntry("master/slaves_connected", 1.0)
        .containsEntry("master/slave_registrations", 1.0)
        .containsEntry("master/frameworks_active", 1.0)
        .containsEntry("master/tasks_running", 1.0)
        .containsEntry("master/tasks_finished", 0.0)
        .containsEntry("master/cpus_total", 10.0)
        .containsEntry("master/cpus_used", 0.2)
        .containsEntry("master/cpus_percent", 0.02)
        .containsEntry("allocator/mesos/resources/cpus/total", 10.0)
        .containsEntry("master/frameworks/my%20framework%2F1/M0-0000/subscribed", 1.0)
        .containsEntry(
            "master/frameworks/my%20framework%2F1/M0-0000/tasks/active/task_running", 1.0)
        .containsKeys("system/cpus_total", "system/load_1min", "master/uptime_secs");

    driven.update(framework, agent, "first", TaskState.TASK_FINISHED);
    occurrences.count(driven.view().changes());

    assertThat(numbers(driven, occurrences))
        .containsEntry("master/tasks_running", 0.0)
        .containsEntry("master/tasks_finished", 1.0)
        .containsEntry("master/cpus_used", 0.0)
        .containsEntry(
            "master/frameworks/my%20framework%2F1/M0-0000/tasks/terminal/task_finished", 1.0);
  }

  /**
   * The end of a task is known before its update has its turn: it is told, and counted, with it.
   */
  @Test
  void anEndIsCountedAndToldToFollowersWithTheUpdateThatSaysIt() {
    Driven driven = new Driven();
    Occurrences occurrences = new Occurrences();
    List<TaskStatus> told = new ArrayList<>();
    AgentID agent = driven.agent("a");
    FrameworkID framework = driven.framework("web");
    driven.launch(framework, agent, "short");
    driven.view();
    TaskStatus running = Driven.status(agent, "short", TASK_RUNNING);
    TaskStatus healthy =
        running.toBuilder().setReason(REASON_TASK_HEALTH_CHECK_STATUS_UPDATED).build();
    TaskStatus finished = Driven.status(agent, "short", TASK_FINISHED);

    driven.update(framework, agent, running, TASK_RUNNING);
    follow(driven, occurrences, told);
    driven.update(framework, agent, running, TASK_RUNNING);
    follow(driven, occurrences, told);
    assertThat(told).as("the same again is no news").containsExactly(running);
    driven.update(framework, agent, healthy, TASK_RUNNING);
    follow(driven, occurrences, told);
    driven.update(framework, agent, healthy, TASK_FINISHED);
    follow(driven, occurrences, told);
    assertThat(numbers(driven, occurrences)).containsEntry("master/tasks_finished", 0.0);
    for (int i = 0; i < 2; i++) {
      driven.update(framework, agent, finished, TASK_FINISHED);
      follow(driven, occurrences, told);
    }

    assertThat(told).containsExactly(running, healthy, healthy, finished);
    assertThat(numbers(driven, occurrences)).containsEntry("master/tasks_finished", 1.0);
  }

  private static void follow(Driven driven, Occurrences occurrences, List<TaskStatus> told) {
    MasterView.Changes changes = driven.view().changes();
    occurrences.count(changes);
    for (ViewChange change : changes.all()) {
      if (change instanceof ViewChange.TaskUpdated updated) {
        told.add(updated.status());
      }
    }
  }

  private static Map<String, Double> numbers(Driven driven, Occurrences occurrences) {
    Map<String, Double> all = new TreeMap<>();
    new MasterFigures(
            new MasterFigures.Sources(
                () -> true,
                driven::view,
                () -> 0,
                counter -> 0,
                new MasterFigures.Counts(occurrences, new Traffic(), MasterTimings.unshown())),
            Clock.fixed(Driven.START, ZoneOffset.UTC))
        .forEach((name, value) -> assertThat(all.put(name, value)).as(name).isNull());
    return all;
  }
}
