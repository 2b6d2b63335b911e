package io.meseta.master.view;

import io.meseta.api.v1.FrameworkInfo;
import java.util.Optional;

/** Changes without what a {@link ReadFilter} does not show. */
public final class VisibleChanges {

  private VisibleChanges() {}

  /**
   * The same change if all of it is shown, a copy if a part of it is, nothing if it is not.
   *
   * @param framework whose task it is about; a task of a framework that nobody knows is not shown
   */
  public static Optional<ViewChange> of(
      ViewChange change, Optional<FrameworkInfo> framework, ReadFilter filter) {
    if (filter.showsWholeCluster()) {
      return Optional.of(change);
    }
    return switch (change) {
      case ViewChange.TaskAdded added -> shownIf(shows(added.task(), framework, filter), change);
      case ViewChange.TaskUpdated updated ->
          shownIf(shows(updated.task(), framework, filter), change);
      case ViewChange.AgentAdded added ->
          Optional.of(new ViewChange.AgentAdded(VisibleViews.of(added.agent(), filter)));
      case ViewChange.AgentRemoved ignored -> Optional.of(change);
      case ViewChange.FrameworkAdded added ->
          shownIf(filter.showsFramework(added.framework().info()), change);
      case ViewChange.FrameworkUpdated updated ->
          shownIf(filter.showsFramework(updated.framework().info()), change);
      case ViewChange.FrameworkRemoved removed ->
          shownIf(filter.showsFramework(removed.info()), change);
    };
  }

  private static boolean shows(
      TaskView task, Optional<FrameworkInfo> framework, ReadFilter filter) {
    return framework
        .filter(info -> filter.showsFramework(info) && filter.showsTask(info, task.task()))
        .isPresent();
  }

  private static Optional<ViewChange> shownIf(boolean shown, ViewChange change) {
    return shown ? Optional.of(change) : Optional.empty();
  }
}
