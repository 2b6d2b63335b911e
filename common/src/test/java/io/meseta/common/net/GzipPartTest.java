package io.meseta.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipPartTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void partsAreOneMember(int parts) throws IOException {
    Random random = new Random(parts);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    GzipPart.Sum sum = new GzipPart.Sum();
    zipped.writeBytes(GzipPart.header());
    for (int i = 0; i < parts; i++) {
      byte[] bytes = new byte[random.nextInt(100_000)];
      random.nextBytes(bytes);
      GzipPart part = GzipPart.of(bytes);
      sum.add(part);
      plain.writeBytes(bytes);
      zipped.writeBytes(part.compressed());
    }
    zipped.writeBytes(sum.trailer());

    // Checks length and checksum, too.
    assertThat(unzipped(zipped.toByteArray())).isEqualTo(plain.toByteArray());
  }

  @Test
  void anEmptyPartChangesNothing() throws IOException {
    GzipPart.Sum sum = new GzipPart.Sum();
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    zipped.writeBytes(GzipPart.header());
    for (byte[] bytes : new byte[][] {{1, 2}, {}, {3}}) {
      GzipPart part = GzipPart.of(bytes);
      sum.add(part);
      zipped.writeBytes(part.compressed());
    }
    zipped.writeBytes(sum.trailer());

    assertThat(unzipped(zipped.toByteArray())).containsExactly(1, 2, 3);
  }

  private static byte[] unzipped(byte[] zipped) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes();
  }
}
