package io.meseta.common.net;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link HttpServer} is told. Every limit is one that a misbehaving client meets.
 *
 * @param bind where to listen; port 0 takes a free one
 * @param workerThreads Netty threads; default 2
 * @param limits sizes and counts
 * @param timeouts durations
 * @param tls null for plain HTTP, the default
 */
public record HttpServerOptions(
    InetSocketAddress bind,
    int workerThreads,
    Limits limits,
    Timeouts timeouts,
    @Nullable SslContext tls) {

  /**
   * Sizes and counts. The defaults depend on the heap: a message of the worst kind takes eighty
   * times its size when it is decoded, and a single one must not be able to fill the memory.
   *
   * @param maxBodyBytes a larger request body is refused with 413; default a 256th of the heap,
   *     from 256 KiB to 16 MiB
   * @param maxHeaderBytes a larger head of a request is refused with 431; default 16 KiB
   * @param maxConnections further connections get 503 and are closed; default 10,000
   * @param streamBufferBytes bytes that may wait to be written per stream; default a 32nd of the
   *     heap, from 1 MiB to 8 MiB
   * @param maxRecordBytes a larger record from a client ends a duplex stream; default as
   *     maxBodyBytes
   * @param maxBufferedBytes bodies, unfinished records and what waits to be written, of all
   *     connections together; who wants more than a little of it then gets 503 or is disconnected;
   *     default an 8th of the heap, at least 8 MiB
   */
  public record Limits(
      int maxBodyBytes,
      int maxHeaderBytes,
      int maxConnections,
      long streamBufferBytes,
      int maxRecordBytes,
      long maxBufferedBytes) {

    private static final int MIB = 1024 * 1024;

    /** Refuses limits below 1. */
    public Limits {
      Positive.require("maxBodyBytes", maxBodyBytes);
      Positive.require("maxHeaderBytes", maxHeaderBytes);
      Positive.require("maxConnections", maxConnections);
      Positive.require("streamBufferBytes", streamBufferBytes);
      Positive.require("maxRecordBytes", maxRecordBytes);
      Positive.require("maxBufferedBytes", maxBufferedBytes);
    }

    /** The limits named above, for this JVM's heap. */
    public static Limits defaults() {
      return forHeap(Runtime.getRuntime().maxMemory());
    }

    /** The limits named above. */
    static Limits forHeap(long heapBytes) {
      int message = (int) Math.min(Math.max(heapBytes / 256, MIB / 4), 16L * MIB);
      long stream = Math.min(Math.max(heapBytes / 32, MIB), 8L * MIB);
      long all = Math.max(heapBytes / 8, 8L * MIB);
      return new Limits(message, 16 * 1024, 10_000, stream, message, all);
    }

    /** These limits with another one for request bodies. */
    public Limits withMaxBodyBytes(int bytes) {
      return new Limits(
          bytes,
          maxHeaderBytes,
          maxConnections,
          streamBufferBytes,
          maxRecordBytes,
          maxBufferedBytes);
    }

    /** These limits with another one for connections. */
    public Limits withMaxConnections(int count) {
      return new Limits(
          maxBodyBytes, maxHeaderBytes, count, streamBufferBytes, maxRecordBytes, maxBufferedBytes);
    }

    /** These limits with another one for what may wait per stream. */
    public Limits withStreamBufferBytes(long bytes) {
      return new Limits(
          maxBodyBytes, maxHeaderBytes, maxConnections, bytes, maxRecordBytes, maxBufferedBytes);
    }

    /** These limits with another one for records. */
    public Limits withMaxRecordBytes(int bytes) {
      return new Limits(
          maxBodyBytes, maxHeaderBytes, maxConnections, streamBufferBytes, bytes, maxBufferedBytes);
    }

    /** These limits with another one for what all connections hold together. */
    public Limits withMaxBufferedBytes(long bytes) {
      return new Limits(
          maxBodyBytes, maxHeaderBytes, maxConnections, streamBufferBytes, maxRecordBytes, bytes);
    }
  }

  /**
   * Time limits. None applies to an open stream, nor to the time that a handler takes while its
   * client waits.
   *
   * @param header from the connection's beginning to the end of the first request's head; default
   *     30 s
   * @param body from the end of a head to the end of its body; default 2 min
   * @param idle from an answer to the end of the next request's head; how long a client may take
   *     nothing of an answer that is being written; how long a client that has closed its side is
   *     kept for its answer; default 75 s
   * @param stop how long a stopping server lets running answers finish; default 5 s
   */
  public record Timeouts(Duration header, Duration body, Duration idle, Duration stop) {

    /** Refuses durations below a millisecond. */
    public Timeouts {
      Positive.require("header timeout in ms", header.toMillis());
      Positive.require("body timeout in ms", body.toMillis());
      Positive.require("idle timeout in ms", idle.toMillis());
      Positive.require("stop timeout in ms", stop.toMillis());
    }

    /** The durations named above. */
    public static Timeouts defaults() {
      return new Timeouts(
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofSeconds(75),
          Duration.ofSeconds(5));
    }
  }

  /** Refuses less than one thread. */
  public HttpServerOptions {
    Positive.require("workerThreads", workerThreads);
  }

  /** The defaults at this address. */
  public static HttpServerOptions listeningOn(InetSocketAddress bind) {
    return new HttpServerOptions(bind, 2, Limits.defaults(), Timeouts.defaults(), null);
  }

  /** These options with other limits. */
  public HttpServerOptions with(Limits newLimits) {
    return new HttpServerOptions(bind, workerThreads, newLimits, timeouts, tls);
  }

  /** These options with other time limits. */
  public HttpServerOptions with(Timeouts newTimeouts) {
    return new HttpServerOptions(bind, workerThreads, limits, newTimeouts, tls);
  }

  /** These options with HTTPS instead of HTTP. */
  public HttpServerOptions with(SslContext newTls) {
    return new HttpServerOptions(bind, workerThreads, limits, timeouts, newTls);
  }

  /**
   * These options with HTTPS instead of HTTP, by files that may be replaced meanwhile.
   *
   * @throws IllegalArgumentException if there is no certificate among them
   */
  public HttpServerOptions with(TlsFiles files) {
    return with(files.server());
  }

  /** These options with another number of threads. */
  public HttpServerOptions withWorkerThreads(int threads) {
    return new HttpServerOptions(bind, threads, limits, timeouts, tls);
  }
}
