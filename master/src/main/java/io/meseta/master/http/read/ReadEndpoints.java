package io.meseta.master.http.read;

import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.config.Durations;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import io.meseta.common.pages.PageJson;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.http.Redirects;
import io.meseta.master.http.Standing;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.VisibleViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Pages to read, each with {@code .json} at its end, too. Those about the cluster are answered from
 * the published view and by the leader only; those about this process by every master.
 */
public final class ReadEndpoints {

  private static final Set<String> READ = Set.of("GET");

  private final Supplier<Standing> standing;
  private final Supplier<MasterView> view;
  private final AboutMaster about;
  private final ReadFilters filters;
  private final Numbers numbers;
  private final Reader reader;
  private final Executor workers;

  /**
   * @param numbers those of {@code /metrics/snapshot}
   * @param reader answers what is asked about the cluster
   * @param workers for what may take a while, so that no Netty thread is held up
   */
  public ReadEndpoints(ReadSources sources, Numbers numbers, Reader reader, Executor workers) {
    this.standing = sources.standing();
    this.view = sources.view();
    this.about = sources.about();
    this.filters = sources.filters();
    this.numbers = numbers;
    this.reader = reader;
    this.workers = workers;
  }

  /** What a caller is shown beside the view. */
  private record Shown(AboutMaster about, ReadFilter filter) {}

  public Router.Builder addTo(Router.Builder router) {
    router
        .route("/health", READ, (request, exchange) -> exchange.respond(HttpResponse.empty(200)))
        .route(
            "/redirect",
            READ,
            (request, exchange) -> exchange.respond(Redirects.toLeader(standing.get())))
        .nothingBelow("/redirect");
    ofThisProcess(router, "/version", query -> LegacyPages.version(about));
    ofThisProcess(router, "/flags", query -> LegacyPages.flags(about));
    ofThisProcess(router, "/metrics/snapshot", this::snapshot);
    ofTheCluster(router, "/state", shown -> LegacyPages.state(shown.about()));
    ofTheCluster(router, "/state-summary", shown -> LegacyPages.stateSummary(shown.about()));
    ofTheCluster(router, "/slaves", unused -> LegacyPages.slaves());
    ofTheCluster(router, "/frameworks", unused -> LegacyPages.frameworks());
    ofTheCluster(router, "/tasks", unused -> LegacyPages.tasks());
    ofTheCluster(router, "/roles", shown -> LegacyPages.roles(shown.filter()));
    ofTheCluster(router, "/weights", unused -> LegacyPages.weights());
    ofTheCluster(router, "/quota", unused -> LegacyPages.quota());
    // As in Mesos, which does not look at what is behind the last slash.
    return router.route(
        "/quota/*",
        READ,
        (request, exchange) -> answer("/quota", unused -> LegacyPages.quota(), request, exchange));
  }

  /** Old tools still ask with an ending. Aliases do not lead to aliases, so that is a route. */
  private void ofTheCluster(
      Router.Builder router, String path, Function<Shown, LegacyPages.Page> page) {
    router
        .route(path, READ, (request, exchange) -> answer(path, page, request, exchange))
        .route(path + ".json", READ, (request, exchange) -> answer(path, page, request, exchange));
  }

  private void answer(
      String path, Function<Shown, LegacyPages.Page> page, HttpRequest request, Exchange exchange) {
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
    try {
      Query query = new Query(request);
      ReadFilter filter = filters.of(request);
      Shown shown = new Shown(filter.showsFlags() ? about : about.withoutFlags(), filter);
      Function<MasterView, Answer> whole = page.apply(shown).of(query);
      Function<MasterView, Answer> made = now -> whole.apply(VisibleViews.of(now, filter));
      Optional<String> callback = query.callback();
      Answer.Maker maker =
          () -> callback.map(made.apply(latest)::asCallOf).orElseGet(() -> made.apply(latest));
      String question = path + "?" + request.target().query() + filter.tag();
      reader.answer(request, exchange, new Reader.Question(latest, question, maker));
    } catch (Query.InvalidException e) {
      exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
    }
  }

  // ---- what every master answers ----

  private void ofThisProcess(Router.Builder router, String path, Function<Query, byte[]> page) {
    router
        .route(path, READ, (request, exchange) -> answer(page, request, exchange))
        .route(path + ".json", READ, (request, exchange) -> answer(page, request, exchange));
  }

  private void answer(Function<Query, byte[]> page, HttpRequest request, Exchange exchange) {
    workers.execute(() -> {
      HttpResponse response;
      try {
        Query query = new Query(request);
        Answer answer = Answer.whole(LegacyPages.JSON, page.apply(query));
        Answer wrapped = query.callback().map(answer::asCallOf).orElse(answer);
        response =
            HttpResponse.of(
                200, wrapped.contentType(), Renderings.written(wrapped.pieces().get(0)));
      } catch (Query.InvalidException e) {
        response = HttpResponse.text(400, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        response = Reader.failure(request, e);
      }
      exchange.respond(response);
    });
  }

  /** Nothing here is waited for, so that no number is ever left out when the time is up. */
  private byte[] snapshot(Query query) {
    query.text("timeout").ifPresent(ReadEndpoints::checkTimeout);
    return PageJson.object(json ->
        numbers.forEach((name, value) -> {
          try {
            json.writeFieldName(name);
            JsonPrinter.writeDouble(value, json);
          } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
          }
        }));
  }

  private static void checkTimeout(String timeout) {
    try {
      Durations.parse(timeout);
    } catch (IllegalArgumentException e) {
      throw new Query.InvalidException("'timeout': " + e.getMessage());
    }
  }
}
