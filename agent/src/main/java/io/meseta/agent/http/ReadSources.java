package io.meseta.agent.http;

import io.meseta.agent.core.AgentView;
import io.meseta.common.runtime.Verbosity;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What the pages and calls that only read are answered from.
 *
 * @param view the agent as it was published last
 * @param metrics its numbers, under the names that Mesos gives them
 */
public record ReadSources(
    AboutAgent about,
    Supplier<AgentView> view,
    Supplier<SortedMap<String, Double>> metrics,
    ContainerUsage usage,
    Verbosity verbosity) {}
