package io.meseta.agent.fetch;

/**
 * How fetching fares.
 *
 * @param succeeded URIs that were fetched since the start
 * @param failed URIs that could not be fetched; launches that were given up do not count
 * @param cacheUsedBytes what the cache holds, downloads under way included
 * @param cacheTotalBytes what it may hold
 */
public record FetcherStats(
    long succeeded, long failed, long cacheUsedBytes, long cacheTotalBytes) {}
