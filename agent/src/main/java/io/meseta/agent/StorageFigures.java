package io.meseta.agent;

import io.meseta.agent.fetch.UriFetcher;
import io.meseta.agent.sandbox.SandboxGc;

/** What is fetched, and what is removed. */
final class StorageFigures {

  private StorageFigures() {}

  static void addTo(AgentFigures figures, UriFetcher fetcher, SandboxGc gc) {
    figures.add(
        "containerizer/fetcher/task_fetches_succeeded",
        "meseta.agent.fetches.succeeded",
        "URIs of tasks that were fetched",
        () -> fetcher.stats().succeeded());
    figures.add(
        "containerizer/fetcher/task_fetches_failed",
        "meseta.agent.fetches.failed",
        "URIs of tasks that could not be fetched",
        () -> fetcher.stats().failed());
    figures.add(
        "containerizer/fetcher/cache_size_used_bytes",
        "meseta.agent.fetcher.cache.used.bytes",
        "What the fetcher's cache holds",
        () -> fetcher.stats().cacheUsedBytes());
    figures.add(
        "containerizer/fetcher/cache_size_total_bytes",
        "meseta.agent.fetcher.cache.total.bytes",
        "What the fetcher's cache may hold",
        () -> fetcher.stats().cacheTotalBytes());
    figures.add(
        "gc/path_removals_pending",
        "meseta.agent.gc.pending",
        "Sandboxes of ended containers that are kept for now",
        () -> gc.stats().pending());
    figures.add(
        "gc/path_removals_succeeded",
        "meseta.agent.gc.succeeded",
        "Sandboxes that were removed",
        () -> gc.stats().succeeded());
    figures.add(
        "gc/path_removals_failed",
        "meseta.agent.gc.failed",
        "Sandboxes that could not be removed, counted at each attempt",
        () -> gc.stats().failed());
  }
}
