package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunStateTest {

  private static final String STAT =
      "77 (a) b) S 1 77 55 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 7 8";

  @Test
  void linesAreReadAsTheyCome() {
    String text = RunState.header("boot-1", "meseta");
    RunState begun = RunState.parse(text);
    assertThat(begun.isOf("boot-1")).isTrue();
    assertThat(begun.cgroupsRoot()).isEqualTo("meseta");
    assertThat(begun.supervisor()).isEmpty();

    text += "supervisor " + STAT + "\nchild " + STAT + "\n";
    assertThat(RunState.parse(text).child()).contains(new ProcessId(77, 123456, 55));
    assertThat(RunState.parse(text).ended()).isFalse();

    text += "exited 137\noom\n";
    assertThat(RunState.parse(text).exitCode()).hasValue(137);
    assertThat(RunState.parse(text).outOfMemory()).isTrue();
  }

  @Test
  void aLineThatIsNotWholeDoesNotCount() {
    String text = RunState.header("boot-1", "");

    assertThat(RunState.parse(text + "exited 1").ended()).isFalse();
    assertThat(RunState.parse(text + "exited 13\n").exitCode()).hasValue(13);
  }

  @Test
  void whatIsNoStateIsNone() {
    RunState state = RunState.parse("exited what\nchild 5\nlater version\n\n");

    assertThat(state.ended()).isFalse();
    assertThat(state.child()).isEmpty();
    assertThat(state.isOf("boot-1")).isFalse();
    assertThat(RunState.parse("").ended()).isFalse();
  }

  @Test
  void aRefusalIsKept() {
    assertThat(RunState.parse("refused no room\n").refusal()).contains("no room");
  }

  @Test
  void aProcessIsKnownByItsNumberAndItsStart() {
    int own = (int) ProcessHandle.current().pid();
    ProcessId self = ProcessId.of(own).orElseThrow();

    assertThat(self.isAlive()).isTrue();
    assertThat(new ProcessId(own, self.startTicks() + 1, self.session()).isAlive()).isFalse();
    assertThat(ProcessId.of(999_999_999)).isEmpty();
  }
}
