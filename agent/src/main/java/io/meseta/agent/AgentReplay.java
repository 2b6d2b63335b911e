package io.meseta.agent;

import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentEffect;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.recording.RecordedRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The recordings of an agent: its tables are drawn from the picture that readers are shown. */
public final class AgentReplay implements RecordedRole<AgentCore, AgentEvent, AgentEffect> {

  static final String ROLE = "agent";

  @Override
  public String name() {
    return ROLE;
  }

  @Override
  public Class<AgentCore> core() {
    return AgentCore.class;
  }

  @Override
  public Class<AgentEvent> events() {
    return AgentEvent.class;
  }

  @Override
  public Instant timeOf(AgentEvent event) {
    return event.at();
  }

  @Override
  public Optional<Listing> list(AgentCore core, Subject subject) {
    AgentView view = core.view();
    return switch (subject) {
      case TASKS -> Optional.of(tasks(view));
      case AGENTS -> Optional.of(itself(view));
      case FRAMEWORKS -> Optional.of(frameworks(view));
      case OFFERS -> Optional.empty();
    };
  }

  private static Listing tasks(AgentView view) {
    List<List<String>> rows = new ArrayList<>();
    for (TaskView task : view.tasks()) {
      rows.add(
          List.of(
              task.info().getTaskId().getValue(),
              task.framework().value(),
              task.state().name(),
              task.phase().map(phase -> phase.name().toLowerCase(Locale.ROOT)).orElse("-"),
              task.container().value(),
              Integer.toString(task.unacknowledged())));
    }
    return new Listing(
        List.of("TASK", "FRAMEWORK", "STATE", "LAUNCH", "CONTAINER", "UNACKNOWLEDGED"), rows);
  }

  private static Listing itself(AgentView view) {
    String trouble = view.retirement().or(view::journalFailure).or(view::engineFailure).orElse("-");
    return new Listing(
        List.of("AGENT", "HOSTNAME", "LINK", "MASTER", "TROUBLE"),
        List.of(
            List.of(
                view.agent().hasId() ? view.agent().getId().getValue() : "-",
                view.agent().getHostname(),
                view.link().name().toLowerCase(Locale.ROOT),
                view.leader().map(Object::toString).orElse("-"),
                trouble)));
  }

  private static Listing frameworks(AgentView view) {
    List<List<String>> rows = new ArrayList<>();
    for (FrameworkInfo framework : view.frameworks()) {
      String id = framework.getId().getValue();
      long tasks = view.tasks().stream().filter(t -> t.framework().value().equals(id)).count();
      rows.add(List.of(id, framework.getName(), Long.toString(tasks)));
    }
    return new Listing(List.of("FRAMEWORK", "NAME", "TASKS"), rows);
  }
}
