package io.meseta.common.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is too large for ZooKeeper is found out before it is sent. */
class PendingWriteTest {

  private static Change record(String id, int bytes) {
    return Change.put(new StoreKey("roles", id), new byte[bytes]);
  }

  @Test
  void takesAsMuchAsARecordHoldsAndNotMore() {
    assertThat(FencedStore.tooLarge(List.of(record("r", FencedStore.MAX_VALUE_BYTES)))).isEmpty();
    assertThat(FencedStore.tooLarge(List.of(record("r", FencedStore.MAX_VALUE_BYTES + 1))))
        .get()
        .asString()
        .contains("a record holds at most");
  }

  @Test
  void takesAsMuchAsATransactionHoldsAndNotMore() {
    Change large = record("r", 400_000);
    assertThat(FencedStore.tooLarge(List.of(large, large))).isEmpty();
    assertThat(FencedStore.tooLarge(List.of(large, large, large)))
        .get()
        .asString()
        .startsWith("a write of ");
  }

  @Test
  void countsNamesAsTheyAreWritten() {
    List<Change> names =
        IntStream.range(0, 400).mapToObj(i -> record("\u2026".repeat(300) + i, 0)).toList();
    assertThat(FencedStore.tooLarge(names)).isPresent();
  }
}
