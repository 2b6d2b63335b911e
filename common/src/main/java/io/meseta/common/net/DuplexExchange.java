package io.meseta.common.net;

/**
 * The answering side of a duplex request. Exactly one of {@link #respond} and {@link #accept} is to
 * be called, once, from any thread.
 */
public interface DuplexExchange {

  /**
   * Refuses the stream with a plain answer; the connection is closed after it, because the
   * request's body has no end. As {@link Exchange#respond} otherwise.
   */
  void respond(HttpResponse response);

  /**
   * Answers 200 with an endless body of records. Nothing of the request's body is read before
   * {@link DuplexStream#receive} says who takes it. As {@link Exchange#openStream} otherwise.
   */
  DuplexStream accept(String contentType, Headers headers);

  /** As {@link Exchange#onDisconnect}. */
  void onDisconnect(Runnable callback);
}
