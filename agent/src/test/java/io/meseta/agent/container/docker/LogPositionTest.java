package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.docker.LogPosition.Line;
import io.meseta.agent.container.docker.LogPosition.StreamPosition;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogPositionTest {

  private static final LogPosition POSITION =
      new LogPosition(
          new StreamPosition(1, 2, 3, 4, 7, Line.ENDED, Line.GOES_ON),
          new StreamPosition(Long.MAX_VALUE, 5, 6, 5, 8, Line.END_OWED, Line.ENDED));

  @Test
  void isReadAsItWasWritten() {
    assertThat(POSITION.toBytes().remaining()).isEqualTo(LogPosition.BYTES);
    assertThat(LogPosition.parse(POSITION.toBytes().array())).contains(POSITION);
  }

  @Test
  void whatIsDamagedIsNone() {
    for (int i = 0; i < LogPosition.BYTES; i++) {
      byte[] bytes = POSITION.toBytes().array();
      bytes[i] ^= 0x10;
      assertThat(LogPosition.parse(bytes)).as("byte " + i).isEmpty();
    }
    assertThat(LogPosition.parse(Arrays.copyOf(POSITION.toBytes().array(), 10))).isEmpty();
    assertThat(LogPosition.parse(new byte[0])).isEmpty();
  }
}
