package io.meseta.common.net;

/** Answers the requests of a route. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Called with a whole request, on a Netty thread that serves other connections too: it must not
   * block. The answer may be given here or later, from any thread; until then the client waits, and
   * its next request is not read. An exception becomes a 500 and is logged.
   */
  void handle(HttpRequest request, Exchange exchange);
}
