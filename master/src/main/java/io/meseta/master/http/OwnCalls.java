package io.meseta.master.http;

import io.meseta.api.operator.v1.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.feed.ClusterFeed;

/** Calls of the operator API that Mesos does not have: EXPLAIN_ALLOCATION and WATCH. */
final class OwnCalls {

  private final ClusterFeed feed;
  private final ExplainEndpoint explanations;

  OwnCalls(ClusterFeed feed, ExplainEndpoint explanations) {
    this.feed = feed;
    this.explanations = explanations;
  }

  /**
   * Answers a call that has a type, for a leading master.
   *
   * @param answers the type that the client accepts
   */
  void handle(Call call, MediaType answers, Exchange exchange) {
    switch (call.getType()) {
      case EXPLAIN_ALLOCATION -> explain(call, answers, exchange);
      case WATCH -> watch(call.getWatch(), answers, exchange);
      case UNKNOWN ->
          exchange.respond(
              HttpResponse.text(501, "Call UNKNOWN is not implemented by this master"));
    }
  }

  private void explain(Call call, MediaType answers, Exchange exchange) {
    if (call.hasExplainAllocation()) {
      explanations.call(call.getExplainAllocation(), answers, exchange);
    } else {
      refuse(exchange, "'explain_allocation' is missing");
    }
  }

  private void watch(Call.Watch from, MediaType answers, Exchange exchange) {
    if (!from.hasIndex() && !from.hasMasterId()) {
      feed.watch(exchange, answers);
      return;
    }
    if (from.hasIndex() && from.hasMasterId()) {
      feed.watch(exchange, answers, from.getMasterId(), from.getIndex());
    } else {
      refuse(exchange, "'watch' needs both 'index' and 'master_id', as the last event had them");
    }
  }

  private static void refuse(Exchange exchange, String reason) {
    exchange.respond(HttpResponse.text(400, "Failed to validate master::Call: " + reason));
  }
}
