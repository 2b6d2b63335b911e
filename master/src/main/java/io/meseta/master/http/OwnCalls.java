package io.meseta.master.http;

import io.meseta.api.operator.v1.Call;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
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

  /** Answers a call that has a type, for a leading master. */
  void handle(Call call, HttpRequest request, ClusterFeed.Follower asking) {
    Exchange exchange = asking.exchange();
    switch (call.getType()) {
      case EXPLAIN_ALLOCATION -> {
        if (call.hasExplainAllocation()) {
          explanations.call(call.getExplainAllocation(), request, asking.answers(), exchange);
        } else {
          refuse(exchange, "'explain_allocation' is missing");
        }
      }
      case WATCH -> watch(call.getWatch(), asking);
      case UNKNOWN ->
          exchange.respond(
              HttpResponse.text(501, "Call UNKNOWN is not implemented by this master"));
    }
  }

  private void watch(Call.Watch from, ClusterFeed.Follower follower) {
    if (!from.hasIndex() && !from.hasMasterId()) {
      feed.watch(follower);
      return;
    }
    if (from.hasIndex() && from.hasMasterId()) {
      feed.watch(follower, from.getMasterId(), from.getIndex());
    } else {
      refuse(
          follower.exchange(),
          "'watch' needs both 'index' and 'master_id', as the last event had them");
    }
  }

  private static void refuse(Exchange exchange, String reason) {
    exchange.respond(HttpResponse.text(400, "Failed to validate master::Call: " + reason));
  }
}
