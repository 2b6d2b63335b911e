package io.meseta.master.http;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.Optional;

/** Where to go when this master is not the one to ask. */
public final class Redirects {

  private Redirects() {}

  /** Empty if this master leads; otherwise the answer that says where to go, or to wait. */
  public static Optional<HttpResponse> unlessLeading(Standing standing, HttpRequest request) {
    return switch (standing) {
      case Standing.Leading ignored -> Optional.empty();
      case Standing.Recovering ignored ->
          Optional.of(unavailable("Master has not finished recovery"));
      case Standing.Following following ->
          Optional.of(
              following
                  .leader()
                  .map(leader -> HttpResponse.redirect307(base(leader) + target(request)))
                  .orElseGet(() -> unavailable("No leader elected")));
    };
  }

  /** The answer of {@code /redirect}: the leader's address, from the leader too. */
  public static HttpResponse toLeader(Standing standing) {
    return switch (standing) {
      case Standing.Leading leading -> HttpResponse.redirect307(base(leading.self()));
      case Standing.Recovering ignored -> unavailable("No leader elected");
      case Standing.Following following ->
          following
              .leader()
              .map(leader -> HttpResponse.redirect307(base(leader)))
              .orElseGet(() -> unavailable("No leader elected"));
    };
  }

  private static HttpResponse unavailable(String reason) {
    return HttpResponse.text(503, reason).withHeader("Retry-After", "1");
  }

  /** Protocol-relative, so that it holds with and without TLS. */
  private static String base(MasterInfo leader) {
    String host = leader.hasHostname() ? leader.getHostname() : leader.getAddress().getIp();
    return "//" + (host.contains(":") ? "[" + host + "]" : host) + ":" + leader.getPort();
  }

  private static String target(HttpRequest request) {
    String raw = request.target().raw();
    int query = raw.indexOf('?');
    return "/master" + request.path() + (query < 0 ? "" : raw.substring(query));
  }
}
