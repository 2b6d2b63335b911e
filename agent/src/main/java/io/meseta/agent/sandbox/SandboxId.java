package io.meseta.agent.sandbox;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;

/** Whose sandbox it is. */
public record SandboxId(
    AgentId agent, FrameworkId framework, ExecutorId executor, ContainerId container) {}
