package io.meseta.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoTaskTest {

  @Test
  void cpusAreWrittenAsPeopleDo() {
    assertThat(DemoTask.cpusText(500)).isEqualTo("0.5");
    assertThat(DemoTask.cpusText(1_250)).isEqualTo("1.25");
    assertThat(DemoTask.cpusText(1_000)).isEqualTo("1.0");
    assertThat(DemoTask.cpusText(1)).isEqualTo("0.001");
  }

  @Test
  void namesAreIds() {
    assertThat(DemoTask.all()).extracting(DemoTask::name).doesNotHaveDuplicates();
  }
}
