package io.meseta.common.net;

/**
 * What an {@link HttpServer} has counted, at one moment. All but the first three only grow.
 *
 * @param openConnections connections now
 * @param openStreams event streams and duplex streams now
 * @param bufferedBytes bodies, unfinished records and what waits to be written, now
 * @param requests requests whose head was read
 * @param bodyBytes bytes of request bodies read, those of refused ones and of duplex streams too
 * @param badRequests requests refused because they were not HTTP as this server speaks it, or not
 *     complete in time
 * @param refusedTooLarge requests refused for the size of their body (413, or 503 when together
 *     with others it would be too much) or head (414, 431)
 * @param refusedConnections connections refused at the limit
 * @param slowReadersDropped streams dropped because the client did not read
 * @param handlerFailures exceptions of handlers and listeners
 */
public record HttpServerStats(
    long openConnections,
    long openStreams,
    long bufferedBytes,
    long requests,
    long bodyBytes,
    long badRequests,
    long refusedTooLarge,
    long refusedConnections,
    long slowReadersDropped,
    long handlerFailures) {}
