package io.meseta.common.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request that a connection is at: its head, what is to be done, its body as far as it came.
 */
final class PendingRequest {
  private static final Logger log = LoggerFactory.getLogger(PendingRequest.class);

  private final RequestHead head;
  private final Admission admission;
  private final ServerExchange exchange;
  private final int maxBodyBytes;
  private final MemoryBudget memory;
  private BodyBuffer body;
  private long heldBytes;

  PendingRequest(
      RequestHead head, Admission admission, ServerExchange exchange, ServerContext server) {
    this.head = head;
    this.admission = admission;
    this.exchange = exchange;
    this.maxBodyBytes = server.options.limits().maxBodyBytes();
    this.memory = server.memory;
    this.body = new BodyBuffer(maxBodyBytes);
  }

  RequestHead head() {
    return head;
  }

  ServerExchange exchange() {
    return exchange;
  }

  /** Whether the gate would let it in now as it did, as the same principal. */
  boolean isStillAdmitted(Router router) {
    return admission.refusal() != null
        || (router.judge(admission.request()) instanceof Gate.Verdict.Pass pass
            && pass.request().principal().equals(admission.request().principal()));
  }

  /** Takes a part of the body, or says why the request is refused instead. */
  @Nullable HttpResponse add(ByteBuf part) {
    if (admission.refusal() != null) {
      return null;
    }
    int bytes = part.readableBytes();
    if (!memory.tryTake(heldBytes, bytes)) {
      return HttpResponse.text(503, "The server holds as many large requests as it can: try again")
          .withHeader("Retry-After", "1");
    }
    heldBytes += bytes;
    return body.add(part) ? null : Admission.tooLarge(maxBodyBytes);
  }

  /** The body is not needed any more. */
  void forgetBody() {
    body = new BodyBuffer(maxBodyBytes);
    memory.giveBack(heldBytes);
    heldBytes = 0;
  }

  /** Lets the request be answered: by its handler, or by the refusal that it met. */
  void dispatch(ServerCounters counters) {
    HttpResponse refusal = admission.refusal();
    Router.Route route = admission.route();
    if (refusal != null) {
      exchange.respond(refusal);
    } else if (route != null) {
      try {
        call(route);
      } catch (RuntimeException e) {
        counters.handlerFailures.increment();
        log.error("{} of {} failed", admission.request(), admission.request().remoteAddress(), e);
        exchange.respondIfUnanswered(
            HttpResponse.text(500, "The request failed for an internal reason; see the log"));
      }
    }
  }

  private void call(Router.Route route) {
    if (admission.kind() == Admission.Kind.OPEN_DUPLEX && route.duplexHandler() != null) {
      route.duplexHandler().open(admission.request(), exchange);
    } else if (route.handler() != null) {
      route.handler().handle(admission.request().withBody(body.toBytes()), exchange);
    }
  }
}
