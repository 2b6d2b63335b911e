package io.meseta.master.view;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Resources;

/**
 * One executor of a framework on an agent, from the order to start it until it has ended.
 *
 * @param role for which its own resources were offered
 * @param resources what it holds itself, beside its tasks
 */
public record ExecutorView(AgentId agent, ExecutorInfo info, String role, Resources resources) {}
