package io.meseta.common.net;

import java.util.OptionalLong;

/**
 * The answering side of one request. Exactly one of {@link #respond}, {@link #openStream} and
 * {@link #openBytes} is to be called, once, from any thread.
 */
public interface Exchange {

  /**
   * Gives the whole answer. A second one is logged and ignored; one to a client that has gone is
   * dropped. A body of more than a KiB is compressed here, on the calling thread, if the client
   * asks for gzip.
   */
  void respond(HttpResponse response);

  /**
   * Answers 200 with an endless body of records. What is sent before the connection is ready for it
   * keeps its order. To an HTTP/1.0 client, which cannot have a stream, 505 is answered, and the
   * stream that is returned is closed.
   *
   * @param contentType sent exactly so, without parameters of our own
   * @throws IllegalStateException if the request has an answer already
   */
  EventStream openStream(String contentType, Headers headers);

  /**
   * Answers with a body that is written bit by bit, of announced length or chunked. To an HTTP/1.0
   * client, which cannot have chunks, 505 is answered where no length is announced, and the stream
   * that is returned is closed. To HEAD the same head is answered, and no body.
   *
   * @param headers with the content type
   * @throws IllegalStateException if the request has an answer already
   */
  ByteStream openBytes(int status, Headers headers, OptionalLong length);

  /**
   * To be told, on a Netty thread and at most once, that the client has closed its side or broken
   * off before it had an answer: work for it can be given up. Answering is still allowed, and
   * reaches a client that has closed only its sending half. If that has happened already the
   * callback runs at once.
   */
  void onDisconnect(Runnable callback);
}
