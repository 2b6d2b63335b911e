package io.meseta.master.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.auth.RateLimits;
import io.meseta.common.auth.Throttle;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulerGuardTest {
  private static final HttpRequest REQUEST =
      new HttpRequest(
              "POST",
              new HttpRequest.Target("/api/v1/scheduler", "/api/v1/scheduler", Map.of()),
              Headers.none(),
              new byte[0],
              new InetSocketAddress(1))
          .withPrincipal("app");

  /** Remembers what was answered. */
  private static final class Answers implements Exchange {
    private final List<Integer> statuses = new ArrayList<>();

    @Override
    public synchronized void respond(HttpResponse response) {
      statuses.add(response.status());
    }

    @Override
    public EventStream openStream(String contentType, Headers headers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ByteStream openBytes(int status, Headers headers, OptionalLong length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void onDisconnect(Runnable callback) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aCallWaitsForItsTurnAndOneTooManyIsRefused() throws Exception {
    RateLimits limits =
        RateLimits.parse("{\"limits\": [{\"principal\": \"app\", \"qps\": 20, \"capacity\": 1}]}");
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      SchedulerGuard guard = new SchedulerGuard(new Throttle(limits, () -> 0), timer);
      Answers answers = new Answers();

      guard.inTurn(REQUEST, answers, (q, x) -> x.respond(HttpResponse.empty(202)));
      assertThat(answers.statuses).containsExactly(202);
      guard.inTurn(
          REQUEST,
          answers,
          (q, x) -> {
            throw new IllegalStateException("planted");
          });
      guard.inTurn(REQUEST, answers, (q, x) -> x.respond(HttpResponse.empty(202)));
      assertThat(answers.statuses).containsExactly(202, 429);

      timer.shutdown();
      assertThat(timer.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      assertThat(answers.statuses).as("what waited is answered").containsExactly(202, 429, 500);
    } finally {
      timer.shutdownNow();
    }
  }

  private static FrameworkInfo.Builder framework() {
    return FrameworkInfo.newBuilder().setName("f").setUser("u");
  }

  private static Call subscribe(FrameworkInfo.Builder info) {
    return Call.newBuilder()
        .setType(Call.Type.SUBSCRIBE)
        .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info))
        .build();
  }

  private static Call update(FrameworkInfo.Builder info) {
    return Call.newBuilder()
        .setType(Call.Type.UPDATE_FRAMEWORK)
        .setUpdateFramework(Call.UpdateFramework.newBuilder().setFrameworkInfo(info))
        .build();
  }

  @Test
  void aFrameworkThatDoesNotSayItsPrincipalGetsTheAuthenticatedOne() {
    assertThat(SchedulerGuard.withPrincipal(REQUEST, subscribe(framework())))
        .isEqualTo(subscribe(framework().setPrincipal("app")));
    assertThat(SchedulerGuard.withPrincipal(REQUEST, update(framework())))
        .isEqualTo(update(framework().setPrincipal("app")));
    Call claiming = subscribe(framework().setPrincipal("other"));
    assertThat(SchedulerGuard.withPrincipal(REQUEST, claiming)).isSameAs(claiming);
    HttpRequest nobody = REQUEST.with(HttpRequest.Caller.UNKNOWN);
    Call silent = subscribe(framework());
    assertThat(SchedulerGuard.withPrincipal(nobody, silent)).isSameAs(silent);
  }
}
