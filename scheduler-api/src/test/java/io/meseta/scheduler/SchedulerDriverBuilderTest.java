package io.meseta.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.scheduler.internal.TransportOptions;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SchedulerDriverBuilderTest {

  private final SchedulerDriverBuilder builder =
      SchedulerDriver.builder(Frameworks.named("test").build(), new RecordingScheduler());

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    refused(() -> builder.requestLimit(Duration.ZERO), "requestLimit");
    refused(() -> builder.reconcileInterval(Duration.ofSeconds(-1)), "reconcileInterval");
    refused(() -> builder.heartbeatMisses(0), "heartbeatMisses");
    refused(() -> builder.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)), "no range");
    refused(() -> builder.backoff(Duration.ZERO, Duration.ofSeconds(1)), "back-off");
    refused(() -> builder.credentials("a:b", "secret"), "no colon");
    refused(() -> builder.master("ftp://x"), "zk://");
    refused(
        () ->
            SchedulerDriver.builder(
                FrameworkInfo.newBuilder().setName("x").buildPartial(), new RecordingScheduler()),
        "user");
  }

  private static void refused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aDriverNeedsAMaster() {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("master(");
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(new TransportOptions.Credentials("me", "secret")).hasToString("me:***");
  }

  @Test
  void aDriverThatWasNeverStartedCanBeClosed() throws InterruptedException {
    SchedulerDriver driver = builder.master("http://127.0.0.1:1").build();
    driver.close();

    assertThat(driver.awaitTermination(Duration.ofSeconds(60))).isTrue();
    assertThatThrownBy(driver::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aModernFrameworkHasTheCapabilitiesThatOneWants() {
    FrameworkInfo framework = Frameworks.surviving("x", Duration.ofDays(7), "a", "b").build();

    assertThat(framework.getRolesList()).containsExactly("a", "b");
    assertThat(framework.getFailoverTimeout()).isEqualTo(604_800.0);
    assertThat(framework.getCapabilitiesList())
        .extracting(capability -> capability.getType().name())
        .containsExactly(
            "MULTI_ROLE", "PARTITION_AWARE", "TASK_KILLING_STATE", "RESERVATION_REFINEMENT");
    assertThat(Frameworks.named("x").getRolesList()).containsExactly("*");
  }
}
