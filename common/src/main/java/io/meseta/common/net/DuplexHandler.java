package io.meseta.common.net;

/** Takes the requests of a route whose body and answer are both record streams. */
@FunctionalInterface
public interface DuplexHandler {

  /**
   * Called when the head of the request is there; its body is empty here and follows as records
   * once the stream is accepted. Same threads and duties as {@link HttpHandler#handle}.
   */
  void open(HttpRequest request, DuplexExchange exchange);
}
