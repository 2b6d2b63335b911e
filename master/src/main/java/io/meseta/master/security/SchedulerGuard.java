package io.meseta.master.security;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.auth.AuditLog;
import io.meseta.common.auth.Throttle;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with frameworks' calls before the core gets them: each waits for its turn where
 * calls are limited, and is its authenticated principal's. Thread-safe.
 */
public final class SchedulerGuard {

  private static final Logger log = LoggerFactory.getLogger(SchedulerGuard.class);

  private final Throttle throttle;
  private final ScheduledExecutorService timer;

  /**
   * Limits by this.
   *
   * @param timer on which calls wait for their turn
   */
  public SchedulerGuard(Throttle throttle, ScheduledExecutorService timer) {
    this.throttle = throttle;
    this.timer = timer;
  }

  /**
   * Hands a call on when it is its turn; answers 429 when as many wait as may. A connection has one
   * call at a time, so that the order of its calls stays.
   */
  public void inTurn(HttpRequest request, Exchange exchange, HttpHandler next) {
    OptionalLong wait = throttle.turn(request.principal());
    if (wait.isEmpty()) {
      exchange.respond(
          HttpResponse.text(429, "Too many calls of this principal wait: its capacity is exceeded")
              .withHeader("Retry-After", "1"));
    } else if (wait.getAsLong() == 0) {
      next.handle(request, exchange);
    } else {
      var unused =
          timer.schedule(
              () -> handle(request, exchange, next), wait.getAsLong(), TimeUnit.NANOSECONDS);
    }
  }

  /** On the timer, where nobody else would see a failure, and its client would wait for ever. */
  private static void handle(HttpRequest request, Exchange exchange, HttpHandler next) {
    try {
      next.handle(request, exchange);
    } catch (RuntimeException e) {
      log.error("{} of {} failed", request, request.remoteAddress(), e);
      exchange.respond(
          HttpResponse.text(500, "The request failed for an internal reason; see the log"));
    }
  }

  /**
   * The call with the framework's principal set to the authenticated one where it says none: what a
   * framework may do is judged by it.
   */
  public static Call withPrincipal(HttpRequest request, Call call) {
    if (request.principal().isEmpty()) {
      return call;
    }
    String principal = request.principal().get();
    return switch (call.getType()) {
      case SUBSCRIBE ->
          lacksPrincipal(call.getSubscribe().getFrameworkInfo())
              ? withSubscribePrincipal(call, principal)
              : call;
      case UPDATE_FRAMEWORK ->
          lacksPrincipal(call.getUpdateFramework().getFrameworkInfo())
              ? withUpdatePrincipal(call, principal)
              : call;
      default -> call;
    };
  }

  private static boolean lacksPrincipal(FrameworkInfo info) {
    return !info.hasPrincipal();
  }

  private static Call withSubscribePrincipal(Call call, String principal) {
    Call.Builder changed = call.toBuilder();
    changed.getSubscribeBuilder().getFrameworkInfoBuilder().setPrincipal(principal);
    return changed.build();
  }

  private static Call withUpdatePrincipal(Call call, String principal) {
    Call.Builder changed = call.toBuilder();
    changed.getUpdateFrameworkBuilder().getFrameworkInfoBuilder().setPrincipal(principal);
    return changed.build();
  }

  /** An exchange that has the call written down, if it is one that changes what runs. */
  public static Exchange audited(HttpRequest request, Call call, Exchange exchange) {
    return object(call)
        .map(object -> AuditLog.allowed(request, call.getType().name(), object, exchange))
        .orElse(exchange);
  }

  private static Optional<String> object(Call call) {
    String framework = "framework " + call.getFrameworkId().getValue();
    return switch (call.getType()) {
      case SUBSCRIBE ->
          Optional.of(framework + " " + call.getSubscribe().getFrameworkInfo().getName());
      case TEARDOWN, UPDATE_FRAMEWORK -> Optional.of(framework);
      case KILL -> Optional.of(framework + " task " + call.getKill().getTaskId().getValue());
      case SHUTDOWN ->
          Optional.of(framework + " executor " + call.getShutdown().getExecutorId().getValue());
      case ACCEPT ->
          call.getAccept().getOperationsCount() == 0
              ? Optional.empty()
              : Optional.of(framework + " operations " + call.getAccept().getOperationsCount());
      default -> Optional.empty();
    };
  }
}
