package io.meseta.common.net;

/**
 * The answering side of a duplex request. Exactly one of {@link #respond} and {@link #accept} is to
 * be called, once, from any thread; {@link #upload} may come before {@link #respond}.
 */
public interface DuplexExchange {

  /**
   * Gives a plain answer. The connection is closed after it, because the request's body has no end,
   * unless an {@link #upload} has seen one. As {@link Exchange#respond} otherwise.
   */
  void respond(HttpResponse response);

  /**
   * Answers 200 with an endless body of records. Nothing of the request's body is read before
   * {@link DuplexStream#receive} says who takes it. As {@link Exchange#openStream} otherwise.
   */
  DuplexStream accept(String contentType, Headers headers);

  /**
   * Takes the records of the request's body before there is an answer, which {@link #respond} gives
   * at any time. To be called once. Nothing is read before {@link RecordUpload#receive}.
   */
  RecordUpload upload();

  /** As {@link Exchange#onDisconnect}. */
  void onDisconnect(Runnable callback);
}
