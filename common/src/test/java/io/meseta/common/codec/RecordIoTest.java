package io.meseta.common.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordIoTest {
  private static final int LIMIT = 1000;

  private final RecordIoDecoder decoder = new RecordIoDecoder(LIMIT);
  private final List<byte[]> records = new ArrayList<>();

  private void feed(String text) throws DecodeException {
    feed(decoder, ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), records);
  }

  private static void feed(RecordIoDecoder into, ByteBuffer slice, List<byte[]> taken)
      throws DecodeException {
    into.add(slice);
    for (byte[] record = into.next(); record != null; record = into.next()) {
      taken.add(record);
    }
  }

  private List<String> texts() {
    return records.stream().map(each -> new String(each, StandardCharsets.ISO_8859_1)).toList();
  }

  @Test
  void frameIsLengthNewlineRecord() {
    assertThat(RecordIo.frame("{\"type\":\"HEARTBEAT\"}".getBytes(StandardCharsets.US_ASCII)))
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("20\n{\"type\":\"HEARTBEAT\"}");
  }

  @Test
  void emptyRecordCannotBeFramed() {
    assertThatThrownBy(() -> RecordIo.frame(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void recordsOfOneSliceComeInOrder() throws DecodeException {
    feed("1\na2\nbb3\nccc");
    assertThat(texts()).containsExactly("a", "bb", "ccc");
    decoder.end();
  }

  @Test
  void recordComesAsSoonAsItsLastByte() throws DecodeException {
    feed("3\nab");
    assertThat(texts()).isEmpty();
    feed("c");
    assertThat(texts()).containsExactly("abc");
  }

  @Test
  void recordsWaitUntilTheyArePulled() throws DecodeException {
    decoder.add(ByteBuffer.wrap("1\na2\nbb".getBytes(StandardCharsets.US_ASCII)));
    assertThat(decoder.next()).asString(StandardCharsets.US_ASCII).isEqualTo("a");
    assertThat(decoder.waitingBytes()).isEqualTo(4);
    decoder.add(ByteBuffer.wrap("3\nc".getBytes(StandardCharsets.US_ASCII)));
    assertThat(decoder.next()).asString(StandardCharsets.US_ASCII).isEqualTo("bb");
    assertThat(decoder.next()).isNull();
    assertThat(decoder.waitingBytes()).as("the length is read").isEqualTo(1);
  }

  @Test
  void largeRecordsPassThroughTheGrowingBuffer() throws DecodeException {
    var roomy = new RecordIoDecoder(300_000);
    for (int length : new int[] {4_096, 100_000, 1, 300_000, 70_000}) {
      byte[] sent = new byte[length];
      Arrays.fill(sent, (byte) length);
      ByteBuffer stream = ByteBuffer.wrap(RecordIo.frame(sent));
      while (stream.hasRemaining()) {
        int part = Math.min(stream.remaining(), 9_000);
        feed(roomy, stream.slice(stream.position(), part), records);
        stream.position(stream.position() + part);
      }
      assertThat(records).last().isEqualTo(sent);
    }
    assertThat(records).hasSize(5);
    roomy.end();
  }

  @Test
  void recordMayHoldNewlinesAndDigits() throws DecodeException {
    feed("4\n1\n2\n1\n\n");
    assertThat(texts()).containsExactly("1\n2\n", "\n");
  }

  @Test
  void anySplitOfTheBytesGivesTheSameRecords() throws DecodeException {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      List<byte[]> sent = randomRecords(random);
      var received = new ArrayList<byte[]>();
      var fresh = new RecordIoDecoder(LIMIT);
      ByteBuffer stream = ByteBuffer.wrap(framed(sent));
      while (stream.hasRemaining()) {
        int length = random.nextInt(Math.min(stream.remaining(), 1 + random.nextInt(200)) + 1);
        ByteBuffer slice = stream.slice(stream.position(), length);
        feed(fresh, random.nextBoolean() ? slice : direct(slice), received);
        stream.position(stream.position() + length);
      }
      fresh.end();
      assertThat(fresh.waitingBytes()).isZero();
      assertThat(received)
          .as("records of seed %d", seed)
          .usingElementComparator(Arrays::compare)
          .containsExactlyElementsOf(sent);
    }
  }

  private static List<byte[]> randomRecords(Random random) {
    var made = new ArrayList<byte[]>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      byte[] record = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? LIMIT : 30)];
      random.nextBytes(record);
      made.add(record);
    }
    return made;
  }

  private static byte[] framed(List<byte[]> sent) {
    var out = new ByteArrayOutputStream();
    sent.forEach(each -> out.writeBytes(RecordIo.frame(each)));
    return out.toByteArray();
  }

  private static ByteBuffer direct(ByteBuffer slice) {
    return ByteBuffer.allocateDirect(slice.remaining()).put(slice.duplicate()).flip();
  }

  @Test
  void recordAtTheLimitIsTakenAndOneMoreByteIsNot() throws DecodeException {
    feed("1000\n" + "x".repeat(1000));
    assertThat(records).hasSize(1);
    assertThatThrownBy(() -> feed("1001\n"))
        .isInstanceOf(DecodeException.class)
        .hasMessage("a record of 1001 bytes is over the limit of 1000");
  }

  @ParameterizedTest
  @CsvSource({
    "'0\n', not RecordIO: a record of 0 bytes",
    "'000\n', not RecordIO: a record of 0 bytes",
    "'\n', not RecordIO: byte 0x0a where the length of a record is expected",
    "x, not RecordIO: byte 0x78 where the length of a record is expected",
    "{, not RecordIO: byte 0x7b where the length of a record is expected",
    "' 1\na', not RecordIO: byte 0x20 where the length of a record is expected",
    "'12 \n', not RecordIO: byte 0x20 where the length of a record is expected",
    "-1, not RecordIO: byte 0x2d where the length of a record is expected",
    "'12\r\n', not RecordIO: byte 0x0d where the length of a record is expected",
    "'9999999999\n', a record of 9999999999 bytes is over the limit of 1000",
    "99999999999, not RecordIO: a length of more than 10 digits",
    "00000000001, not RecordIO: a length of more than 10 digits"
  })
  void badLengthIsAnError(String bytes, String message) {
    assertThatThrownBy(() -> feed(bytes)).isInstanceOf(DecodeException.class).hasMessage(message);
  }

  @Test
  void recordsBeforeTheFaultAreHandedOn() {
    assertThatThrownBy(() -> feed("1\na?")).isInstanceOf(DecodeException.class);
    assertThat(texts()).containsExactly("a");
  }

  @Test
  void brokenStreamStaysBroken() {
    assertThatThrownBy(() -> feed("?")).isInstanceOf(DecodeException.class);
    assertThatThrownBy(() -> feed("1\na"))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("0x3f");
    assertThatThrownBy(decoder::end).isInstanceOf(DecodeException.class);
    assertThat(records).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "3\n", "3\nab"})
  void endWithinARecordIsAnError(String bytes) throws DecodeException {
    feed(bytes);
    assertThatThrownBy(decoder::end)
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("the stream ended within a record");
  }

  @Test
  void announcedLengthAloneCostsNoMemory() throws DecodeException {
    // 64 decoders with 1 GB announced each would not fit into the tests' heap.
    var waiting = new ArrayList<RecordIoDecoder>();
    for (int i = 0; i < 64; i++) {
      var patient = new RecordIoDecoder(1 << 30);
      byte[] start = "1000000000\n{".getBytes(StandardCharsets.US_ASCII);
      feed(patient, ByteBuffer.wrap(start), records);
      waiting.add(patient);
    }
    assertThat(waiting).hasSize(64);
    assertThat(records).isEmpty();
  }

  @Test
  void aStreamOnWhichNothingComesHoldsNextToNothing() throws DecodeException {
    assertThat(decoder.heldBytes()).isZero();
    byte[] large = RecordIo.frame(new byte[1_000]);
    feed(decoder, ByteBuffer.wrap(large, 0, 500), records);
    assertThat(decoder.heldBytes()).isGreaterThanOrEqualTo(500);
    feed(decoder, ByteBuffer.wrap(large, 500, large.length - 500), records);
    assertThat(records).hasSize(1);
    assertThat(decoder.heldBytes()).isZero();
    feed("3\nabc");
    assertThat(decoder.heldBytes()).isLessThan(100);
  }
}
