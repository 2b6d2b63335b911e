package io.meseta.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.cli.console.Display;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepRunnerTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nowNs = new AtomicLong();
  private final StepRunner runner =
      new StepRunner(
          Display.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8)), nowNs::get);

  @Test
  void tellsWhatEachStepSawAndHowLongItTook() {
    Step first =
        new Step(
            "Water is wet",
            () -> {
              nowNs.addAndGet(1_250_000_000L);
              return "a glass\na lake";
            });
    Step second = new Step("So is rain", () -> "");

    assertThat(runner.run(List.of(first, second), 1, 2)).isTrue();

    assertThat(printed())
        .isEqualTo(
            """
            [1/2] Water is wet
                  a glass
                  a lake
                  holds (1.3 s)
            [2/2] So is rain
                  holds (0.0 s)
            """);
  }

  @Test
  void stopsAtTheFirstStepThatDoesNotHoldAndNamesIt() {
    List<String> ran = new ArrayList<>();
    Step wrong =
        new Step(
            "Pigs fly",
            () -> {
              throw new DoesNotHoldException("They were seen on the ground.");
            });
    Step after = new Step("Never seen", () -> ran.add("after") + "");

    assertThat(runner.run(List.of(wrong, after), 3, 9)).isFalse();

    assertThat(ran).isEmpty();
    assertThat(printed())
        .contains("This step does not hold: [3/9] Pigs fly", "They were seen on the ground.");
  }

  @Test
  void aStepThatCannotBeCheckedDoesNotHold() {
    Step broken =
        new Step(
            "The file says so",
            () -> {
              throw new IOException("no such file");
            });

    assertThat(runner.run(List.of(broken), 1, 1)).isFalse();

    assertThat(printed()).contains("[1/1] The file says so", "no such file");
  }

  @Test
  void anInterruptionStopsAndIsPassedOn() {
    Step interrupted =
        new Step(
            "Waits",
            () -> {
              throw new InterruptedException();
            });

    assertThat(runner.run(List.of(interrupted), 1, 1)).isFalse();

    assertThat(Thread.interrupted()).isTrue();
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
