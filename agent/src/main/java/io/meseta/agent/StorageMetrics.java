package io.meseta.agent;

import io.meseta.agent.fetch.UriFetcher;
import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.common.metrics.Metrics;

/** What {@code /metrics} shows of fetching and of the removal of sandboxes. */
final class StorageMetrics {

  private StorageMetrics() {}

  static void addTo(Metrics metrics, UriFetcher fetcher, SandboxGc gc) {
    metrics.counter(
        "meseta.agent.fetches.succeeded",
        "URIs of tasks that were fetched",
        fetcher,
        source -> source.stats().succeeded());
    metrics.counter(
        "meseta.agent.fetches.failed",
        "URIs of tasks that could not be fetched",
        fetcher,
        source -> source.stats().failed());
    metrics.gauge(
        "meseta.agent.fetcher.cache.used.bytes",
        "What the fetcher's cache holds",
        () -> fetcher.stats().cacheUsedBytes());
    metrics.gauge(
        "meseta.agent.fetcher.cache.total.bytes",
        "What the fetcher's cache may hold",
        () -> fetcher.stats().cacheTotalBytes());
    metrics.gauge(
        "meseta.agent.gc.pending",
        "Sandboxes of ended containers that are kept for now",
        () -> gc.stats().pending());
    metrics.counter(
        "meseta.agent.gc.succeeded",
        "Sandboxes that were removed",
        gc,
        source -> source.stats().succeeded());
    metrics.counter(
        "meseta.agent.gc.failed",
        "Sandboxes that could not be removed, counted at each attempt",
        gc,
        source -> source.stats().failed());
  }
}
