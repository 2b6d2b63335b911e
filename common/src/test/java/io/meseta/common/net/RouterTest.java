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
          .alias("/master/*", "/*")
          .alias("/slave(1)/state", "/state")
          .build();

  private @Nullable HttpHandler handler(String path) {
    Router.Match match = router.find(path);
    return match == null ? null : match.route().handler();
  }

  @Test
  void tellsItsPathsWithoutAliases() {
    assertThat(router.paths())
        .containsExactly("/files/*", "/files/logs/*", "/master/own", "/state");
  }

  @Test
  void exactBeforePrefixAndLongPrefixBeforeShort() {
    assertThat(handler("/state")).isSameAs(STATE);
    assertThat(handler("/files/a/b")).isSameAs(FILES);
    assertThat(handler("/files/logs/x")).isSameAs(LOGS);
    assertThat(handler("/files")).isNull();
    assertThat(handler("/state/")).isNull();
    assertThat(handler("/")).isNull();
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
