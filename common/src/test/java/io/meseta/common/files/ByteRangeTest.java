package io.meseta.common.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 206, 0, 1",
    "bytes=5-, 206, 5, 5",
    "bytes=-3, 206, 7, 3",
    "bytes=-30, 206, 0, 10",
    "bytes=3-99, 206, 3, 7",
    "bytes=10-, 416, 0, 0",
    "bytes=-0, 416, 0, 0",
    "bytes=5-3, 200, 0, 10",
    "'bytes=0-1,3-4', 200, 0, 10",
    "lines=1-2, 200, 0, 10",
    "bytes=-, 200, 0, 10",
    "bytes=99999999999999999999-, 200, 0, 10",
  })
  void rangesAreAsInTheStandard(String header, int status, long from, long length) {
    assertThat(ByteRange.of(Optional.of(header), 10))
        .isEqualTo(new ByteRange.Answer(status, new ByteRange(from, length)));
  }
}
