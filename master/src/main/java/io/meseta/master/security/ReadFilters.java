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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What of the view a caller is shown. Thread-safe. */
public final class ReadFilters {

  private static final List<Action> OF_THE_CLUSTER =
      List.of(
          Action.VIEW_FRAMEWORKS,
          Action.VIEW_TASKS,
          Action.VIEW_EXECUTORS,
          Action.VIEW_ROLES,
          Action.GET_QUOTAS);

  /** Lists, and the how many-th they are, which tells answers by them apart. */
  private record Numbered(Authorizer authorizer, long number) {}

  private final Supplier<Authorizer> authorizer;
  private final AtomicReference<Numbered> newest;

  /** Filters by these lists for ever. */
  public ReadFilters(Authorizer authorizer) {
    this(() -> authorizer);
  }

  /** Filters by the lists of the moment. */
  public ReadFilters(Supplier<Authorizer> authorizer) {
    this.authorizer = authorizer;
    this.newest = new AtomicReference<>(new Numbered(authorizer.get(), 1));
  }

  /** The filter for a request's caller: {@link ReadFilter#ALL} if there is nothing to hide. */
  public ReadFilter of(HttpRequest request) {
    return of(request.principal());
  }

  /** The same for a principal, or for somebody without one. */
  public ReadFilter of(Optional<String> principal) {
    Authorizer present = authorizer.get();
    Numbered lists =
        newest.updateAndGet(last ->
            last.authorizer.equals(present) ? last : new Numbered(present, last.number + 1));
    boolean wholeCluster =
        OF_THE_CLUSTER.stream().allMatch(action -> present.allowsForEveryObject(principal, action));
    boolean flags = present.allowsForEveryObject(principal, Action.VIEW_FLAGS);
    return wholeCluster && flags ? ReadFilter.ALL : new ByLists(lists, principal, wholeCluster);
  }

  private record ByLists(Numbered lists, Optional<String> principal, boolean showsWholeCluster)
      implements ReadFilter {

    @Override
    public String tag() {
      return " by lists " + lists.number + " as " + principal.orElse("nobody known");
    }

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
    public boolean showsQuota(String role) {
      return allows(Action.GET_QUOTAS, role);
    }

    @Override
    public boolean showsFlags() {
      return lists.authorizer.allows(principal, Action.VIEW_FLAGS, Optional.empty());
    }

    private boolean allows(Action action, String object) {
      return lists.authorizer.allows(principal, action, Optional.of(object));
    }
  }
}
