package io.meseta.agent.core;

import io.meseta.agent.core.AgentEvent.ConfigurationChanged;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskInfo;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes another configuration while the agent runs. Tasks are not touched.
 *
 * <p>The master is told by a new link on which the agent introduces itself anew: no other message
 * can be on its way on that one, so both ends have the same picture of what the agent holds. An
 * order that was on its way on the old link is lost with it, as when a link breaks, and the master
 * says so to the framework.
 */
final class Reconfiguration {

  private static final Logger log = LoggerFactory.getLogger(Reconfiguration.class);

  private final CoreContext context;
  private final MasterLink link;
  private final Tasks tasks;
  private final Executors executors;
  private final Operations operations;

  Reconfiguration(
      CoreContext context,
      MasterLink link,
      Tasks tasks,
      Executors executors,
      Operations operations) {
    this.context = context;
    this.link = link;
    this.tasks = tasks;
    this.executors = executors;
    this.operations = operations;
  }

  void change(ConfigurationChanged event) {
    AgentInfo before = context.identity().info();
    AgentInfo.Builder after =
        before.toBuilder().clearAttributes().addAllAttributes(event.attributes());
    Optional<String> refusal = refusal(event);
    if (refusal.isPresent()) {
      context.count(AgentCounter.REFUSED_CONFIGURATIONS);
      log.error(
          "Changed resources are not taken: {}. The agent goes on with those that it had",
          refusal.get());
    } else {
      after.clearResources().addAllResources(event.resources());
    }
    AgentInfo info = after.build();
    if (info.equals(before)) {
      return;
    }
    if (refusal.isEmpty()) {
      operations.configured(event.resources());
    }
    context.identity().configure(info);
    log.info("The agent's configuration has changed; the master is told");
    context.journal().whenDurable(link::reopen);
  }

  private Optional<String> refusal(ConfigurationChanged event) {
    List<TaskInfo> running =
        tasks.all().stream().filter(task -> !task.ended()).map(AgentTask::info).toList();
    List<ExecutorInfo> present = executors.all().stream().map(AgentExecutor::info).toList();
    return Coverage.missing(event.resources(), operations.remembered(), running, present);
  }
}
