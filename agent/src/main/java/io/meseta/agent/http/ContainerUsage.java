package io.meseta.agent.http;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.ResourceStatistics;
import io.meseta.common.pages.PageJson;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What each container uses, measured when somebody asks and at most once a second.
 *
 * <p>Thread-safe. Asking reads files of the kernel: not for the loop, nor for a Netty thread.
 */
public final class ContainerUsage {

  private static final Duration VALIDITY = Duration.ofSeconds(1);
  private static final long BYTES_PER_MEGABYTE = 1024L * 1024;

  /**
   * A container that runs.
   *
   * @param executor what runs in it
   * @param status as its framework was told; with the pid, if there is one
   */
  record Usage(ShownExecutor executor, ContainerStatus status, ResourceStatistics statistics) {}

  private final Supplier<AgentView> view;
  private final Function<Integer, Optional<ResourceStatistics>> measure;
  private final InstantSource clock;
  private final Shared<ContainerUsage, List<Usage>> shared;

  /**
   * @param measure what the container of a process uses, by the process's id on this machine; empty
   *     if that cannot be known
   */
  public ContainerUsage(
      Supplier<AgentView> view,
      Function<Integer, Optional<ResourceStatistics>> measure,
      InstantSource clock) {
    this.view = view;
    this.measure = measure;
    this.clock = clock;
    this.shared = new Shared<>(self -> self.measureAll(), VALIDITY, System::nanoTime);
  }

  /** Every container that runs, in the order of launches. */
  List<Usage> now() {
    return shared.get(this);
  }

  private List<Usage> measureAll() {
    List<Usage> all = new ArrayList<>();
    for (ShownExecutor executor : ShownExecutor.of(view.get())) {
      List<ContainerStatus> running =
          executor.tasks().stream()
              .filter(task -> !task.ended() && task.started().isPresent())
              .map(TaskView::latest)
              .flatMap(Optional::stream)
              .map(latest -> latest.getContainerStatus())
              .toList();
      if (executor.isGroup() && !running.isEmpty()) {
        ContainerStatus group =
            ContainerStatus.newBuilder().setContainerId(executor.container().toProto()).build();
        all.add(new Usage(executor, group, measure(executor, running)));
      } else if (!running.isEmpty()) {
        // In the container of one executor all tasks are told the same.
        all.add(new Usage(executor, running.get(0), measure(executor, running.subList(0, 1))));
      }
    }
    return all;
  }

  /** What the kernel does not tell, the limits above all, is said as it was asked for. */
  private ResourceStatistics measure(ShownExecutor executor, List<ContainerStatus> containers) {
    ResourceStatistics.Builder statistics =
        ResourceStatistics.newBuilder().setTimestamp(PageJson.seconds(clock.instant()));
    Resources held = executor.resources();
    if (held.cpusMilli() > 0) {
      statistics.setCpusLimit(held.cpusMilli() / 1000.0);
    }
    if (held.memMilli() > 0) {
      statistics.setMemLimitBytes(held.memMilli() * BYTES_PER_MEGABYTE / 1000);
    }
    List<ResourceStatistics> measured =
        containers.stream()
            .filter(ContainerStatus::hasExecutorPid)
            .map(container -> measure.apply(container.getExecutorPid()))
            .flatMap(Optional::stream)
            .toList();
    return statistics.mergeFrom(sum(measured)).build();
  }

  private static ResourceStatistics sum(List<ResourceStatistics> measured) {
    if (measured.size() == 1) {
      return measured.get(0);
    }
    ResourceStatistics.Builder sum = ResourceStatistics.newBuilder();
    for (ResourceStatistics one : measured) {
      one.getAllFields()
          .forEach((field, value) -> {
            switch (value) {
              case Long number -> sum.setField(field, (Long) sum.getField(field) + number);
              case Integer number -> sum.setField(field, (Integer) sum.getField(field) + number);
              case Double number -> sum.setField(field, (Double) sum.getField(field) + number);
              default -> {}
            }
          });
    }
    // The moment is the page's.
    return sum.clearTimestamp().buildPartial();
  }
}
