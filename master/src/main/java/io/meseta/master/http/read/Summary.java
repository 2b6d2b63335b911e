package io.meseta.master.http.read;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.TaskState;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.TaskView;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** {@code /state-summary}: how many tasks of which state each agent and each framework has. */
final class Summary {

  private static final List<TaskState> STATES =
      List.of(
          TaskState.TASK_STAGING,
          TaskState.TASK_STARTING,
          TaskState.TASK_RUNNING,
          TaskState.TASK_KILLING,
          TaskState.TASK_FINISHED,
          TaskState.TASK_KILLED,
          TaskState.TASK_FAILED,
          TaskState.TASK_LOST,
          TaskState.TASK_ERROR,
          TaskState.TASK_UNREACHABLE);

  /** Of one agent, or of one framework. */
  private static final class Counts {
    private final EnumMap<TaskState, Integer> tasks = new EnumMap<>(TaskState.class);

    /** Frameworks of an agent, or agents of a framework. */
    private final TreeSet<String> others = new TreeSet<>();

    void write(String others, JsonGenerator json) throws IOException {
      for (TaskState state : STATES) {
        json.writeNumberField(state.name(), tasks.getOrDefault(state, 0));
      }
      json.writeArrayFieldStart(others);
      for (String other : this.others) {
        json.writeString(other);
      }
      json.writeEndArray();
    }
  }

  private final Map<String, Counts> agents = new HashMap<>();
  private final Map<String, Counts> frameworks = new HashMap<>();

  private Summary(MasterView view) {
    for (FrameworkView framework : view.frameworks().values()) {
      count(framework.tasks());
      count(framework.unreachableTasks());
      count(framework.completedTasks().values());
    }
    view.completedFrameworks().values().forEach(gone -> count(gone.completedTasks().values()));
  }

  private void count(Collection<TaskView> tasks) {
    for (TaskView task : tasks) {
      String agent = task.task().getAgentId().getValue();
      String framework = task.task().getFrameworkId().getValue();
      count(agents, agent, task, framework);
      count(frameworks, framework, task, agent);
    }
  }

  private static void count(Map<String, Counts> counts, String whose, TaskView task, String other) {
    Counts its = of(counts, whose);
    its.tasks.merge(task.task().getState(), 1, Integer::sum);
    its.others.add(other);
  }

  private static Counts of(Map<String, Counts> counts, String whose) {
    return counts.computeIfAbsent(whose, unused -> new Counts());
  }

  static Answer answer(AboutMaster about, MasterView view) {
    Summary summary = new Summary(view);
    List<AgentView> listed = view.agents().values().stream().filter(AgentJson::isListed).toList();
    JsonPieces pieces = new JsonPieces();
    pieces.part(json -> {
      json.writeStartObject();
      json.writeStringField("hostname", AboutJson.self(view).getHostname());
      AboutJson.writeCluster(about, json);
      json.writeArrayFieldStart("slaves");
    });
    pieces.items(listed, 2, summary::write);
    pieces.text("],\"frameworks\":[");
    pieces.items(view.frameworks().values(), 2, summary::write);
    return pieces.text("]}").answer(LegacyPages.JSON);
  }

  private void write(AgentView agent, JsonGenerator json) throws IOException {
    json.writeStartObject();
    AgentJson.writeFields(agent, json);
    read(agents, agent.info().getId().getValue()).write("framework_ids", json);
    json.writeEndObject();
  }

  private void write(FrameworkView framework, JsonGenerator json) throws IOException {
    json.writeStartObject();
    FrameworkJson.writeSummary(framework, json);
    read(frameworks, framework.info().getId().getValue()).write("slave_ids", json);
    json.writeEndObject();
  }

  /** Several pieces may be written at the same time: nothing is added then. */
  private static Counts read(Map<String, Counts> counts, String whose) {
    Counts known = counts.get(whose);
    return known == null ? new Counts() : known;
  }
}
