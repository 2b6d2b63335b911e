package io.meseta.common.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFramingTest {

  private static List<String> decode(RecordFraming.Decoder decoder, byte[] bytes)
      throws RecordFraming.FramingException {
    decoder.add(Unpooled.wrappedBuffer(bytes));
    List<String> records = new ArrayList<>();
    for (byte[] record = decoder.next(); record != null; record = decoder.next()) {
      records.add(new String(record, UTF_8));
    }
    return records;
  }

  @Test
  void aRecordIsItsLengthALineFeedAndItsBytes() {
    assertThat(new String(RecordFraming.encode("hello world!".getBytes(UTF_8)), UTF_8))
        .isEqualTo("12\nhello world!");
  }

  @Test
  void anEmptyRecordCannotBeSent() {
    assertThatThrownBy(() -> RecordFraming.encode(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void recordsComeWholeWhereverTheBytesAreCut() throws Exception {
    Random random = new Random(1);
    List<String> sent = new ArrayList<>();
    StringBuilder wire = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      String record = "r".repeat(1 + random.nextInt(i % 50 == 0 ? 20_000 : 30)) + '\n' + i;
      sent.add(record);
      wire.append(record.length()).append('\n').append(record);
    }
    byte[] bytes = wire.toString().getBytes(UTF_8);
    RecordFraming.Decoder decoder = new RecordFraming.Decoder(30_000);
    List<String> received = new ArrayList<>();
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(900));
      received.addAll(decode(decoder, java.util.Arrays.copyOfRange(bytes, from, to)));
      from = to;
    }
    assertThat(received).isEqualTo(sent);
    assertThat(decoder.isBetweenRecords()).isTrue();
  }

  @Test
  void aRecordThatHasBegunIsNotBetweenRecords() throws Exception {
    RecordFraming.Decoder decoder = new RecordFraming.Decoder(10);
    assertThat(decode(decoder, "5\nabc".getBytes(UTF_8))).isEmpty();
    assertThat(decoder.isBetweenRecords()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0\n", "x", "\n", "-1\n", " 1\na", "1\r\na", "99999999999999999999999\n", "{"})
  void whatIsNoLengthIsRefused(String garbage) {
    RecordFraming.Decoder decoder = new RecordFraming.Decoder(10);
    assertThatThrownBy(() -> decode(decoder, garbage.getBytes(UTF_8)))
        .isInstanceOf(RecordFraming.FramingException.class)
        .hasMessageContaining("not RecordIO");
  }

  @Test
  void aRecordOverTheLimitIsRefusedByItsLengthAlone() throws Exception {
    assertThat(decode(new RecordFraming.Decoder(3), "3\nabc".getBytes(UTF_8)))
        .containsExactly("abc");
    assertThatThrownBy(() -> decode(new RecordFraming.Decoder(3), "4\n".getBytes(UTF_8)))
        .hasMessageContaining("4 bytes is over the limit of 3");
  }
}
