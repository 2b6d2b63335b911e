package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.CloseExecutor;
import io.meseta.agent.core.AgentEffect.SendToExecutor;
import io.meseta.agent.core.AgentTimer.ExecutorDrainOverdue;
import io.meseta.agent.core.AgentTimer.ExecutorHeartbeat;
import io.meseta.agent.core.AgentTimer.ExecutorOverdue;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.FrameworkId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The executors that the agent has, from the order to launch them until their containers have
 * ended.
 *
 * <p>The one place in which an executor changes its state, gets a connection or loses it.
 */
final class Executors {

  private final CoreContext context;
  private final JournalWriter journal;
  private final Frameworks frameworks;
  private final Map<ExecutorKey, AgentExecutor> byKey = new LinkedHashMap<>();
  private final Map<ContainerId, AgentExecutor> byContainer = new LinkedHashMap<>();
  private final Map<Long, AgentExecutor> byConnection = new LinkedHashMap<>();

  Executors(CoreContext context, Frameworks frameworks) {
    this.context = context;
    this.journal = context.journal();
    this.frameworks = frameworks;
  }

  void recover(ExecutorRecord record) {
    put(new AgentExecutor(record));
  }

  /** Takes one whose framework is known. */
  void add(AgentExecutor executor) {
    put(executor);
    journal.save(executor);
  }

  private void put(AgentExecutor executor) {
    if (byKey.putIfAbsent(executor.key(), executor) != null) {
      throw new IllegalStateException("Executor " + executor.key() + " is there already");
    }
    byContainer.put(executor.container(), executor);
    frameworks.executorAdded(executor);
  }

  void become(AgentExecutor executor, ExecutorState next) {
    executor.become(next, context.transitions());
    journal.save(executor);
  }

  void stage(AgentExecutor executor, ContainerStage next) {
    executor.stage(next, context.transitions());
  }

  /** Nothing of it is left. */
  void remove(AgentExecutor executor) {
    disconnect(executor);
    context.order(new CancelTimer(new ExecutorOverdue(executor.container())));
    if (executor.wasDrained()) {
      context.order(new CancelTimer(new ExecutorDrainOverdue(executor.container())));
    }
    byKey.remove(executor.key());
    byContainer.remove(executor.container());
    journal.delete(executor);
    frameworks.executorRemoved(executor);
  }

  /** Its newest connection is the only one. */
  void connect(AgentExecutor executor, long connection) {
    disconnect(executor);
    executor.connected(connection);
    byConnection.put(connection, executor);
  }

  /** Ends its connection, if it has one, after what has been sent on it. */
  void disconnect(AgentExecutor executor) {
    executor
        .connection()
        .ifPresent(connection -> {
          context.order(new CloseExecutor(connection));
          forgetConnection(executor, connection);
        });
  }

  /** The connection has ended. */
  Optional<AgentExecutor> disconnected(long connection) {
    Optional<AgentExecutor> executor = Optional.ofNullable(byConnection.get(connection));
    executor.ifPresent(found -> forgetConnection(found, connection));
    return executor;
  }

  private void forgetConnection(AgentExecutor executor, long connection) {
    executor.disconnected();
    byConnection.remove(connection);
    context.order(new CancelTimer(new ExecutorHeartbeat(executor.container())));
  }

  /** Tells an executor something; nothing happens while it is not connected. */
  void send(AgentExecutor executor, Event.Builder event) {
    Event built = event.build();
    executor
        .connection()
        .ifPresent(connection -> context.order(new SendToExecutor(connection, built)));
  }

  Optional<AgentExecutor> find(ExecutorKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  Optional<AgentExecutor> find(ContainerId container) {
    return Optional.ofNullable(byContainer.get(container));
  }

  /** The executor that a task belongs to, as long as that is there. */
  Optional<AgentExecutor> of(AgentTask task) {
    return task.ownExecutor().flatMap(this::find);
  }

  List<AgentExecutor> of(FrameworkId framework) {
    return byKey.values().stream().filter(e -> e.key().framework().equals(framework)).toList();
  }

  List<AgentExecutor> all() {
    return new ArrayList<>(byKey.values());
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }
}
