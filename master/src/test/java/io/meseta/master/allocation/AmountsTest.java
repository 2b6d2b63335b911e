package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AmountsTest {
  private static final long LARGEST = 1L << 53;

  private static Amounts amounts(long... milli) {
    var amounts = new Amounts();
    for (int name = 0; name < milli.length; name++) {
      amounts.add(name, milli[name]);
    }
    return amounts;
  }

  @Test
  void isProportionalToItsMultiples() {
    assertThat(amounts(2, 4, 6).isProportionalTo(amounts(3, 6, 9))).isTrue();
    assertThat(amounts(2, 4, 6).isProportionalTo(amounts(3, 6, 8))).isFalse();
    assertThat(amounts(0, 4).isProportionalTo(amounts(0, 1))).isTrue();
    assertThat(amounts(0, 4).isProportionalTo(amounts(1, 4))).isFalse();
    assertThat(amounts(4).isProportionalTo(amounts(4, 1))).isFalse();
    assertThat(amounts(4).isProportionalTo(amounts(4, 0))).isTrue();
    assertThat(amounts().isProportionalTo(amounts())).isTrue();
    assertThat(amounts().isProportionalTo(amounts(1))).isFalse();
  }

  @Test
  void comparesMoreThanFitsIntoALong() {
    assertThat(
            amounts(LARGEST, LARGEST - 2).isProportionalTo(amounts(LARGEST / 2, LARGEST / 2 - 1)))
        .isTrue();
    // The products differ by a multiple of 2 to the 64.
    assertThat(
            amounts(1L << 40, 1L << 40)
                .isProportionalTo(amounts(1L << 30, (1L << 30) + (1L << 24))))
        .isFalse();
  }

  @Test
  void isProportionalAsExactFractionsAre() {
    int proportional = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      int names = 1 + random.nextInt(4);
      long[] one = new long[names];
      long[] two = new long[names];
      long factor = 1L + random.nextInt(5);
      for (int name = 0; name < names; name++) {
        one[name] =
            random.nextInt(4) == 0 ? 0 : random.nextLong(random.nextBoolean() ? 5 : LARGEST);
        two[name] = random.nextInt(20) == 0 ? random.nextLong(5) : one[name] * factor;
      }
      boolean expected = true;
      for (int i = 0; i < names; i++) {
        expected &= (one[i] == 0) == (two[i] == 0);
        for (int j = 0; j < names; j++) {
          expected &= product(one[i], two[j]).equals(product(one[j], two[i]));
        }
      }
      proportional += expected ? 1 : 0;
      assertThat(amounts(one).isProportionalTo(amounts(two)))
          .as("seed %s", seed)
          .isEqualTo(expected);
      assertThat(amounts(two).isProportionalTo(amounts(one)))
          .as("seed %s", seed)
          .isEqualTo(expected);
    }
    assertThat(proportional).isBetween(5_000, 19_000);
  }

  private static BigInteger product(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  @Test
  void countsTheLargestShareAndNothingThatNobodyHas() {
    assertThat(amounts(1, 3, 5).dominantShareOf(amounts(4, 4, 0))).isEqualTo(0.75);
    assertThat(amounts().dominantShareOf(amounts(4))).isZero();
  }
}
