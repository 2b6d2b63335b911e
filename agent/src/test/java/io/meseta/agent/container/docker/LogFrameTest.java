package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LogFrameTest {

  private static final String TIME = "2026-01-02T03:04:05.000000006Z";

  @Test
  void readsFramesToTheEnd() throws IOException {
    DataInputStream in = stream(frame(1, TIME + " out\n"), frame(2, TIME + " "));

    LogFrame first = Objects.requireNonNull(LogFrame.read(in));
    assertThat(first.stream()).isEqualTo(LogFrame.Stream.STDOUT);
    assertThat(first.nanos()).isEqualTo(1_767_323_045_000_000_006L);
    assertThat(first.payload()).asString(StandardCharsets.UTF_8).isEqualTo("out\n");
    LogFrame second = Objects.requireNonNull(LogFrame.read(in));
    assertThat(second.stream()).isEqualTo(LogFrame.Stream.STDERR);
    assertThat(second.payload()).isEmpty();
    assertThat(LogFrame.read(in)).isNull();
  }

  @Test
  void refusesWhatIsNoFrame() throws IOException {
    assertRefused(frame(7, TIME + " x"));
    assertRefused(frame(1, "yesterday x"));
    assertRefused(frame(1, "no-space"));
    assertRefused(new byte[] {1, 0, 0, 0, 0x7f, 0, 0, 0});
    assertRefused(new byte[] {1, 0, 0, 0, 0, 0, 0, 40, 'c', 'u', 't'});
  }

  private static void assertRefused(byte[] bytes) {
    assertThatThrownBy(() -> LogFrame.read(stream(bytes))).isInstanceOf(IOException.class);
  }

  private static DataInputStream stream(byte[]... frames) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.write(frame);
    }
    return new DataInputStream(new ByteArrayInputStream(all.toByteArray()));
  }

  private static byte[] frame(int type, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) type, 0, 0, 0});
    out.writeInt(content.length());
    out.writeBytes(content);
    return bytes.toByteArray();
  }
}
