package io.meseta.agent.container;

import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;

/**
 * What to run, and under which identity.
 *
 * @param container unique for ever; a uuid in text form
 * @param executor the task's id where the task has no executor of its own
 * @param user the unix user of the framework, used where the task names none
 * @param task carries command, container, resources and limits, whole as the framework sent it
 */
public record ContainerSpec(
    ContainerId container,
    AgentId agent,
    FrameworkId framework,
    ExecutorId executor,
    String user,
    TaskInfo task) {}
