package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.common.config.Durations;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.runtime.Verbosity;
import java.time.Duration;

/** How much this master logs: GET_LOGGING_LEVEL, SET_LOGGING_LEVEL and {@code /logging/toggle}. */
public final class LoggingCalls {

  private final Verbosity verbosity;

  public LoggingCalls(Verbosity verbosity) {
    this.verbosity = verbosity;
  }

  Response.Builder level() {
    return Response.newBuilder()
        .setType(Response.Type.GET_LOGGING_LEVEL)
        .setGetLoggingLevel(Response.GetLoggingLevel.newBuilder().setLevel(verbosity.level()));
  }

  HttpResponse set(Call call) {
    if (!call.hasSetLoggingLevel()) {
      return HttpResponse.text(
          400, "Failed to validate master::Call: 'set_logging_level' is missing");
    }
    Call.SetLoggingLevel wanted = call.getSetLoggingLevel();
    return set(wanted.getLevel(), Duration.ofNanos(wanted.getDuration().getNanoseconds()));
  }

  private HttpResponse set(int level, Duration duration) {
    try {
      verbosity.set(level, duration);
      return HttpResponse.empty(200);
    } catch (IllegalArgumentException e) {
      return HttpResponse.text(400, String.valueOf(e.getMessage()));
    }
  }

  /** Without parameters it says the level, with {@code level} and {@code duration} it sets it. */
  public HttpResponse toggle(HttpRequest request) {
    if (request.query("level").isEmpty() && request.query("duration").isEmpty()) {
      return HttpResponse.text(200, Integer.toString(verbosity.level()));
    }
    try {
      int level = Integer.parseInt(request.query("level").orElse(""));
      return set(level, Durations.parse(request.query("duration").orElse("")));
    } catch (NumberFormatException e) {
      return HttpResponse.text(400, "'level' has to be a whole number");
    } catch (IllegalArgumentException e) {
      return HttpResponse.text(400, String.valueOf(e.getMessage()));
    }
  }
}
