package io.meseta.testkit.http;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.agent.container.scripted.ScriptedContainerizer;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Containers that start at once and then do as the script says. Any thread. */
final class InstantContainers implements Containerizer {

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final ScriptedContainerizer containers;

  InstantContainers(ContainerScript script) {
    containers = new ScriptedContainerizer(Instant.now(), spec -> script);
  }

  private void act(Runnable action) {
    thread.execute(() -> {
      action.run();
      containers.advanceTo(Instant.now());
    });
  }

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
  public void adopt(ContainerSpec spec) {
    act(() -> containers.adopt(spec));
  }

  @Override
  public void kill(ContainerId container, Duration grace) {
    act(() -> containers.kill(container, grace));
  }

  @Override
  public void remove(ContainerId container) {
    act(() -> containers.remove(container));
  }

  @Override
  public void close() {
    act(containers::close);
    thread.shutdown();
  }
}
