package io.meseta.common.net;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link HttpClient} is told.
 *
 * @param threads Netty threads; default 2
 * @param limits sizes and counts
 * @param timeouts durations
 * @param tls for {@code https} addresses; null, the default, refuses them
 */
public record HttpClientOptions(
    int threads, Limits limits, Timeouts timeouts, @Nullable SslContext tls) {

  /**
   * Sizes and counts.
   *
   * @param connectionsPerHost connections for calls to one host and port, streams not counted;
   *     default 8
   * @param waitingCallsPerHost calls that may wait for one of these; further ones fail; default
   *     1024
   * @param maxBodyBytes a larger answer to a call fails it; default 64 MiB
   * @param streamBufferBytes bytes that may wait to be written per duplex stream; default 8 MiB
   * @param maxRecordBytes a larger record ends its stream; default 16 MiB
   */
  public record Limits(
      int connectionsPerHost,
      int waitingCallsPerHost,
      int maxBodyBytes,
      long streamBufferBytes,
      int maxRecordBytes) {

    private static final int MIB = 1024 * 1024;

    /** Refuses limits below 1. */
    public Limits {
      Positive.require("connectionsPerHost", connectionsPerHost);
      Positive.require("waitingCallsPerHost", waitingCallsPerHost);
      Positive.require("maxBodyBytes", maxBodyBytes);
      Positive.require("streamBufferBytes", streamBufferBytes);
      Positive.require("maxRecordBytes", maxRecordBytes);
    }

    /** The limits named above. */
    public static Limits defaults() {
      return new Limits(8, 1024, 64 * MIB, 8L * MIB, 16 * MIB);
    }
  }

  /**
   * Time limits. None applies to an open stream.
   *
   * @param connect for one address of a host; default 5 s
   * @param streamOpen from the call that opens a stream to the head of its answer, connecting
   *     included; default 30 s
   * @param idle how long a connection without a call is kept: less than a server keeps it, so that
   *     it is seldom found closed; default 30 s
   */
  public record Timeouts(Duration connect, Duration streamOpen, Duration idle) {

    /** Refuses durations below a millisecond. */
    public Timeouts {
      Positive.require("connect timeout in ms", connect.toMillis());
      Positive.require("stream open timeout in ms", streamOpen.toMillis());
      Positive.require("idle timeout in ms", idle.toMillis());
    }

    /** The durations named above. */
    public static Timeouts defaults() {
      return new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));
    }
  }

  /** Refuses less than one thread. */
  public HttpClientOptions {
    Positive.require("threads", threads);
  }

  /** What is named as default above. */
  public static HttpClientOptions defaults() {
    return new HttpClientOptions(2, Limits.defaults(), Timeouts.defaults(), null);
  }

  /** These options with other limits. */
  public HttpClientOptions with(Limits newLimits) {
    return new HttpClientOptions(threads, newLimits, timeouts, tls);
  }

  /** These options with other time limits. */
  public HttpClientOptions with(Timeouts newTimeouts) {
    return new HttpClientOptions(threads, limits, newTimeouts, tls);
  }

  /** These options, with {@code https}. */
  public HttpClientOptions with(SslContext newTls) {
    return new HttpClientOptions(threads, limits, timeouts, newTls);
  }

  /** These options, with {@code https} by files that may be replaced meanwhile. */
  public HttpClientOptions with(TlsFiles files) {
    return with(files.client());
  }
}
