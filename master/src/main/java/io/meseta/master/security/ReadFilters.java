package io.meseta.master.security;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.net.HttpRequest;
import io.meseta.master.view.ReadFilter;
import java.util.List;
import java.util.Optional;

/** What of the view a caller is shown. Thread-safe. */
public final class ReadFilters {

  private static final List<Action> ACTIONS =
      List.of(
          Action.VIEW_FRAMEWORKS,
          Action.VIEW_TASKS,
          Action.VIEW_EXECUTORS,
          Action.VIEW_ROLES,
          Action.VIEW_FLAGS);

  private final Authorizer authorizer;
  private final boolean showsAllToAll;

  /** Filters by these lists. */
  public ReadFilters(Authorizer authorizer) {
    this.authorizer = authorizer;
    this.showsAllToAll = ACTIONS.stream().allMatch(authorizer::allowsEverybody);
  }

  /** The filter for a request's caller: {@link ReadFilter#ALL} if there is nothing to hide. */
  public ReadFilter of(HttpRequest request) {
    return showsAllToAll ? ReadFilter.ALL : new ByLists(authorizer, request.principal());
  }

  private record ByLists(Authorizer authorizer, Optional<String> principal) implements ReadFilter {
    @Override
    public boolean showsFramework(FrameworkInfo framework) {
      return allows(Action.VIEW_FRAMEWORKS, framework.getUser());
    }

    @Override
    public boolean showsTask(FrameworkInfo framework, Task task) {
      return allows(Action.VIEW_TASKS, task.hasUser() ? task.getUser() : framework.getUser());
    }

    @Override
    public boolean showsExecutor(FrameworkInfo framework, ExecutorInfo executor) {
      return allows(
          Action.VIEW_EXECUTORS,
          executor.getCommand().hasUser() ? executor.getCommand().getUser() : framework.getUser());
    }

    @Override
    public boolean showsRole(String role) {
      return allows(Action.VIEW_ROLES, role);
    }

    @Override
    public boolean showsFlags() {
      return authorizer.allows(principal, Action.VIEW_FLAGS, Optional.empty());
    }

    private boolean allows(Action action, String object) {
      return authorizer.allows(principal, action, Optional.of(object));
    }
  }
}
