package io.meseta.master.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.runtime.Verbosity;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoggingCallsTest {

  private final LinkedBlockingQueue<Integer> levels = new LinkedBlockingQueue<>();
  private final LoggingCalls logging = new LoggingCalls(new Verbosity(Optional.of(levels::add)));

  private HttpResponse set(int level, Duration duration) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.SET_LOGGING_LEVEL);
    call.getSetLoggingLevelBuilder()
        .setLevel(level)
        .setDuration(DurationInfo.newBuilder().setNanoseconds(duration.toNanos()));
    return logging.set(call.build());
  }

  private int level() {
    return logging.level().getGetLoggingLevel().getLevel();
  }

  private HttpResponse toggle(String level, String duration) {
    return logging.toggle(request(level, duration));
  }

  private static HttpRequest request(String level, String duration) {
    Map<String, List<String>> query =
        level.isEmpty() ? Map.of() : Map.of("level", List.of(level), "duration", List.of(duration));
    return new HttpRequest(
        "POST",
        new HttpRequest.Target("/logging/toggle", "/logging/toggle", query),
        Headers.none(),
        new byte[0],
        InetSocketAddress.createUnresolved("localhost", 1));
  }

  @Test
  void moreIsLoggedForAWhile() throws InterruptedException {
    assertThat(level()).isZero();

    assertThat(set(2, Duration.ofMillis(50)).status()).isEqualTo(200);

    assertThat(levels.poll(30, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(levels.poll(30, TimeUnit.SECONDS)).as("it falls back").isEqualTo(0);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(set(9, Duration.ofMinutes(1)).status()).isEqualTo(400);
    assertThat(set(1, Duration.ofNanos(-1)).status()).isEqualTo(400);
    assertThat(logging.set(Call.newBuilder().setType(Call.Type.SET_LOGGING_LEVEL).build()).status())
        .isEqualTo(400);
    assertThat(toggle("much", "1mins").status()).isEqualTo(400);
    assertThat(toggle("1", "long").status()).isEqualTo(400);
    assertThat(levels).isEmpty();
    HttpResponse embedded =
        new LoggingCalls(new Verbosity(Optional.empty())).toggle(request("1", "1mins"));
    assertThat(embedded.status()).as("not this daemon's to decide").isEqualTo(400);
  }

  @Test
  void thePageDoesTheSame() {
    assertThat(new String(toggle("", "").body(), StandardCharsets.UTF_8)).isEqualTo("0");

    assertThat(toggle("1", "1mins").status()).isEqualTo(200);

    assertThat(new String(toggle("", "").body(), StandardCharsets.UTF_8)).isEqualTo("1");
    assertThat(level()).isEqualTo(1);
  }
}
