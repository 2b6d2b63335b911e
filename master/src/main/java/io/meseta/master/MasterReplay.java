package io.meseta.master;

import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.common.recording.RecordedRole;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.OfferView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The recordings of a master: its tables are drawn from the picture that readers are shown. */
public final class MasterReplay implements RecordedRole<MasterCore, MasterEvent, MasterEffect> {

  static final String ROLE = "master";

  @Override
  public String name() {
    return ROLE;
  }

  @Override
  public Class<MasterCore> core() {
    return MasterCore.class;
  }

  @Override
  public Class<MasterEvent> events() {
    return MasterEvent.class;
  }

  @Override
  public Instant timeOf(MasterEvent event) {
    return event.at();
  }

  /** {@inheritDoc} To be called once: the picture of a core is given out when it has changed. */
  @Override
  public Optional<Listing> list(MasterCore core, Subject subject) {
    MasterView view = core.refreshView().orElseGet(MasterView::notLeading);
    return Optional.of(
        switch (subject) {
          case TASKS -> tasks(view);
          case AGENTS -> agents(view);
          case OFFERS -> offers(view);
          case FRAMEWORKS -> frameworks(view);
        });
  }

  private static Listing tasks(MasterView view) {
    List<List<String>> rows = new ArrayList<>();
    for (FrameworkView framework : view.frameworks().values()) {
      framework.tasks().forEach(task -> rows.add(row(task.task())));
      framework.unreachableTasks().forEach(task -> rows.add(row(task.task())));
    }
    return new Listing(List.of("TASK", "FRAMEWORK", "STATE", "AGENT", "RESOURCES"), rows);
  }

  private static List<String> row(Task task) {
    return List.of(
        task.getTaskId().getValue(),
        task.getFrameworkId().getValue(),
        task.getState().name(),
        task.getAgentId().getValue(),
        text(task.getResourcesList()));
  }

  private static Listing agents(MasterView view) {
    List<List<String>> rows = new ArrayList<>();
    for (AgentView agent : view.agents().values()) {
      rows.add(
          List.of(
              agent.info().getId().getValue(),
              agent.info().getHostname(),
              agent.standing().name().toLowerCase(Locale.ROOT),
              agent.total().toString(),
              agent.used().toString(),
              agent.offered().toString()));
    }
    return new Listing(List.of("AGENT", "HOSTNAME", "STANDING", "TOTAL", "USED", "OFFERED"), rows);
  }

  private static Listing offers(MasterView cluster) {
    List<List<String>> rows = new ArrayList<>();
    for (FrameworkView framework : cluster.frameworks().values()) {
      for (OfferView view : framework.offers().values()) {
        Offer offer = view.offer();
        rows.add(
            List.of(
                offer.getId().getValue(),
                offer.getFrameworkId().getValue(),
                offer.getAgentId().getValue(),
                text(offer.getResourcesList())));
      }
    }
    return new Listing(List.of("OFFER", "FRAMEWORK", "AGENT", "RESOURCES"), rows);
  }

  private static Listing frameworks(MasterView view) {
    List<List<String>> rows = new ArrayList<>();
    view.frameworks().values().forEach(framework -> rows.add(row(framework, standing(framework))));
    view.completedFrameworks().values().forEach(framework -> rows.add(row(framework, "completed")));
    return new Listing(
        List.of("FRAMEWORK", "NAME", "STANDING", "TASKS", "UNREACHABLE", "OFFERS", "USED"), rows);
  }

  private static List<String> row(FrameworkView framework, String standing) {
    return List.of(
        framework.info().getId().getValue(),
        framework.info().getName(),
        standing,
        Integer.toString(framework.tasks().size()),
        Integer.toString(framework.unreachableTasks().size()),
        Integer.toString(framework.offers().size()),
        framework.used().toString());
  }

  private static String standing(FrameworkView framework) {
    if (framework.connected()) {
      return "connected";
    }
    return framework.recovered() ? "recovered" : "disconnected";
  }

  private static String text(List<Resource> resources) {
    try {
      return Resources.fromProto(resources).toString();
    } catch (ResourceException e) {
      return "(" + e.getMessage() + ")";
    }
  }
}
