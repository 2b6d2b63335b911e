package io.meseta.testkit;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The containers of an agent that needs no Docker: each follows a script in real time, and "runs"
 * until the script, the test or its framework ends it. They outlive the agent that launched them,
 * as those of a real engine do.
 *
 * <p>Any thread may call its methods. What a test does is told to the agent at once, in order.
 */
public final class ScriptedContainers implements AutoCloseable {

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("scripted-containers").factory());

  // What follows belongs to the thread.
  private final ScriptedContainerizer containers =
      new ScriptedContainerizer(Instant.now(), this::scriptOf);
  private final Map<String, ContainerId> byTask = new LinkedHashMap<>();
  private Function<ContainerSpec, ContainerScript> scripts = spec -> ContainerScript.runs();
  private @Nullable ScheduledFuture<?> next;

  /** The containers of one agent; give {@link #open} to what starts it. */
  public ScriptedContainers() {}

  /**
   * Decides about containers that are launched from now on. By default each starts at once and runs
   * until it is ended.
   *
   * @param newScripts is called once per launch
   */
  public void script(Function<ContainerSpec, ContainerScript> newScripts) {
    act(() -> scripts = newScripts);
  }

  /** The ids of the tasks whose containers run, in the order of their launch. */
  public List<String> runningTasks() {
    return ask(() -> {
      List<ContainerId> running = containers.running();
      return byTask.entrySet().stream()
          .filter(entry -> running.contains(entry.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    });
  }

  /**
   * Lets a task's container end with this exit code.
   *
   * @throws IllegalArgumentException when no container of the task runs
   */
  public void exit(String task, int code) {
    boolean ran =
        ask(() -> {
          ContainerId container = byTask.get(task);
          if (container == null || !containers.running().contains(container)) {
            return false;
          }
          containers.exit(container, code);
          return true;
        });
    if (!ran) {
      throw new IllegalArgumentException("no container of task " + task + " runs");
    }
  }

  /** The engine stops answering: containers go on and end, but the agent is not told. */
  public void fallSilent() {
    act(containers::fallSilent);
  }

  /** The engine answers again, and what happened meanwhile is told. */
  public void answerAgain() {
    act(containers::answerAgain);
  }

  /** What the process of an agent sees of these containers: one per start of the agent. */
  public Containerizer open() {
    return new View();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private ContainerScript scriptOf(ContainerSpec spec) {
    byTask.put(spec.task().getTaskId().getValue(), spec.container());
    return scripts.apply(spec);
  }

  private void act(Runnable action) {
    thread.execute(() -> {
      action.run();
      advance();
    });
  }

  private <T> T ask(Callable<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    act(() -> {
      try {
        answer.complete(question.call());
      } catch (Exception e) {
        answer.completeExceptionally(e);
      }
    });
    return answer.join();
  }

  /** Does what is due, and comes back when more is. */
  private void advance() {
    Instant now = Instant.now();
    containers.advanceTo(now);
    ScheduledFuture<?> planned = next;
    if (planned != null) {
      planned.cancel(false);
    }
    next = containers.nextDue().map(due -> later(Duration.between(now, due))).orElse(null);
  }

  private @Nullable ScheduledFuture<?> later(Duration delay) {
    return thread.schedule(this::advance, Math.max(delay.toNanos(), 0), TimeUnit.NANOSECONDS);
  }

  /** Calls of any thread, passed on to ours. */
  private final class View implements Containerizer {

    @Override
    public void start(Listener listener) {
      act(() -> containers.start(listener));
    }

    @Override
    public void observe(AgentId agent) {
      act(() -> containers.observe(agent));
    }

    @Override
    public void launch(ContainerSpec spec) {
      act(() -> containers.launch(spec));
    }

    @Override
    public void go(ContainerId container) {
      act(() -> containers.go(container));
    }

    @Override
    public void adopt(ContainerSpec spec) {
      act(() -> containers.adopt(spec));
    }

    @Override
    public void kill(ContainerId container, Duration grace) {
      act(() -> containers.kill(container, grace));
    }

    @Override
    public void update(ContainerId container, TaskInfo sized) {
      act(() -> containers.update(container, sized));
    }

    @Override
    public void remove(ContainerId container) {
      act(() -> {
        containers.remove(container);
        byTask.values().remove(container);
      });
    }

    @Override
    public void close() {
      act(containers::close);
    }
  }
}
