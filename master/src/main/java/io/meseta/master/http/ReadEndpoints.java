package io.meseta.master.http;

import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import io.meseta.common.pages.PageJson;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.VisibleViews;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Pages to read: {@code /health}, {@code /redirect}, {@code /version}, {@code /flags}, {@code
 * /state}. Answered from the published view, never by the core.
 */
public final class ReadEndpoints {

  private static final Set<String> READ = Set.of("GET");

  private final Supplier<Standing> standing;
  private final Supplier<MasterView> view;
  private final AboutMaster about;
  private final Executor workers;
  private final ReadFilters filters;

  /**
   * @param workers renders large pages, so that no Netty thread is held up by them
   */
  public ReadEndpoints(
      Supplier<Standing> standing,
      Supplier<MasterView> view,
      AboutMaster about,
      Executor workers,
      ReadFilters filters) {
    this.filters = filters;
    this.standing = standing;
    this.view = view;
    this.about = about;
    this.workers = workers;
  }

  public Router.Builder addTo(Router.Builder router) {
    return router
        .route("/health", READ, (request, exchange) -> exchange.respond(HttpResponse.empty(200)))
        .route(
            "/redirect",
            READ,
            (request, exchange) -> exchange.respond(Redirects.toLeader(standing.get())))
        .route("/version", READ, page(this::version))
        .route("/flags", READ, page(this::flags))
        .route("/state", READ, this::state);
  }

  private void state(HttpRequest request, Exchange exchange) {
    Optional<HttpResponse> elsewhere = Redirects.unlessLeading(standing.get(), request);
    if (elsewhere.isPresent()) {
      exchange.respond(elsewhere.get());
      return;
    }
    MasterView latest = view.get();
    if (latest.leading().isEmpty()) {
      exchange.respond(HttpResponse.text(503, "Master has not finished recovery"));
      return;
    }
    ReadFilter filter = filters.of(request);
    AboutMaster shown = filter.showsFlags() ? about : about.withoutFlags();
    workers.execute(() ->
        exchange.respond(
            HttpResponse.json(StateJson.render(shown, VisibleViews.of(latest, filter)))));
  }

  private static HttpHandler page(Supplier<byte[]> page) {
    return (request, exchange) -> exchange.respond(HttpResponse.json(page.get()));
  }

  private byte[] version() {
    return PageJson.object(json -> json.writeStringField("version", about.version()));
  }

  private byte[] flags() {
    return PageJson.object(json -> {
      json.writeObjectFieldStart("flags");
      for (Map.Entry<String, String> flag : about.flags().entrySet()) {
        json.writeStringField(flag.getKey(), flag.getValue());
      }
      json.writeEndObject();
    });
  }
}
