package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final HttpHandler STATE = (request, exchange) -> {};
  private static final HttpHandler FILES = (request, exchange) -> {};
  private static final HttpHandler LOGS = (request, exchange) -> {};

  private final Router router =
      Router.builder()
          .route("/state", Set.of("GET"), STATE)
          .route("/files/*", FILES)
          .route("/files/logs/*", LOGS)
          .route("/master/own", LOGS)
          .route("/leaf", LOGS)
          .nothingBelow("/leaf")
          .alias("/master/*", "/*")
          .alias("/slave(1)/state", "/state")
          .build();

  private @Nullable HttpHandler handler(String path) {
    Router.Match match = router.find(path);
    return match == null ? null : match.route().handler();
  }

  @Test
  void tellsItsRoutesWithoutAliases() {
    assertThat(router.routes())
        .containsOnlyKeys("/files/*", "/files/logs/*", "/leaf", "/master/own", "/state");
  }

  @Test
  void exactBeforePrefixAndLongPrefixBeforeShort() {
    assertThat(handler("/state")).isSameAs(STATE);
    assertThat(handler("/files/a/b")).isSameAs(FILES);
    assertThat(handler("/files/logs/x")).isSameAs(LOGS);
    assertThat(handler("/files")).isNull();
    assertThat(handler("/")).isNull();
  }

  @Test
  void whatIsBelowAnExactRouteBelongsToIt() {
    assertThat(router.find("/master/state/a/b/"))
        .isNotNull()
        .extracting(Router.Match::path)
        .isEqualTo("/state");
    assertThat(handler("/state/" + "a/".repeat(4000))).isSameAs(STATE);
    assertThat(handler("/slave(1)/state/")).isSameAs(STATE);
    assertThat(handler("/states")).isNull();
    assertThat(handler("/stat/e")).isNull();
    assertThat(handler("/".repeat(8000))).isNull();
  }

  @Test
  void butNothingIsBelowALeaf() {
    assertThat(handler("/leaf")).isSameAs(LOGS);
    assertThat(handler("/leaf/")).isNull();
    assertThat(handler("/master/leaf/state")).isNull();
  }

  @Test
  void anAliasLeadsToTheRouteAndItsPath() {
    assertThat(router.find("/master/state"))
        .isNotNull()
        .extracting(Router.Match::path)
        .isEqualTo("/state");
    assertThat(handler("/slave(1)/state")).isSameAs(STATE);
    assertThat(handler("/master/files/x")).isSameAs(FILES);
    assertThat(handler("/master/own")).isSameAs(LOGS);
    assertThat(handler("/master/nothing")).isNull();
    assertThat(handler("/master/master/state")).isNull();
  }

  @Test
  void aPathMayHaveARouteForEachMethod() {
    Router both =
        Router.builder()
            .route("/weights", Set.of("PUT"), STATE)
            .route("/weights", Set.of("GET"), FILES)
            .build();
    assertThat(both.find("/weights"))
        .isNotNull()
        .extracting(Router.Match::route)
        .satisfies(route -> {
          assertThat(route.allowHeader()).isEqualTo("GET, PUT");
          assertThat(route.allows("HEAD")).isTrue();
          assertThat(route.allows("POST")).isFalse();
        });
    assertThatThrownBy(() ->
            Router.builder()
                .route("/a", Set.of("GET", "POST"), FILES)
                .route("/a", Set.of("POST"), STATE))
        .hasMessageContaining("Two routes for /a");
  }

  @Test
  void aPathHasOneRoute() {
    Router.Builder builder = Router.builder().route("/a", STATE);
    assertThatThrownBy(() -> builder.route("/a", FILES)).hasMessageContaining("Two routes for /a");
    assertThatThrownBy(() -> builder.route("b", FILES)).hasMessageContaining("begins with /");
    assertThatThrownBy(() -> builder.alias("/x/*", "/y")).hasMessageContaining("tree");
  }

  @Test
  void whoTakesGetTakesHead() {
    Router.Route route = new Router.Route(Set.of("GET"), STATE, null);
    assertThat(route.allows("HEAD")).isTrue();
    assertThat(route.allows("POST")).isFalse();
    assertThat(route.allowHeader()).isEqualTo("GET");
  }
}
