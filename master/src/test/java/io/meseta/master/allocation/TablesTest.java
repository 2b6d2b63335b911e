package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The tables of numbers behave as ordinary collections would, in any history. */
class TablesTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 500;

  @Test
  void aPairTableIsAMap() {
    for (long seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      // Few pairs meet again and again; many make it grow.
      int range = random.nextBoolean() ? 6 : 40;
      var pairs = new ArrayList<Long>();
      var table = new PairTable(pairs::get);
      var model = new LinkedHashMap<Long, Integer>();
      for (int step = 0; step < STEPS; step++) {
        long pair = (long) random.nextInt(range) << 32 | random.nextInt(range);
        if (random.nextInt(3) == 0) {
          table.remove(pair);
          model.remove(pair);
        } else {
          pairs.add(pair);
          table.put(pairs.size() - 1);
          model.put(pair, pairs.size() - 1);
        }
        long other = (long) random.nextInt(range) << 32 | random.nextInt(range);
        assertThat(table.get(other)).isEqualTo(model.getOrDefault(other, -1));
      }
      model.forEach((pair, value) -> assertThat(table.get(pair)).isEqualTo(value));
    }
  }

  @Test
  void numberListsAreLists() {
    for (long seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var lists = new NumberLists();
      var model = new TreeMap<Integer, List<Integer>>();
      var keyOf = new TreeMap<Integer, Integer>();
      for (int step = 0; step < STEPS; step++) {
        int number = random.nextInt(60);
        var key = Optional.ofNullable(keyOf.remove(number));
        if (key.isPresent()) {
          lists.remove(key.get(), number);
          model.computeIfAbsent(key.get(), k -> new ArrayList<>()).removeIf(n -> n == number);
        } else {
          int other = random.nextInt(20);
          lists.add(other, number);
          model.computeIfAbsent(other, k -> new ArrayList<>()).add(0, number);
          keyOf.put(number, other);
        }
        int some = random.nextInt(25);
        assertThat(all(lists, some)).isEqualTo(model.getOrDefault(some, List.of()));
      }
    }
  }

  /** Latest first. */
  private static List<Integer> all(NumberLists lists, int key) {
    var all = new ArrayList<Integer>();
    for (int n = lists.first(key); n >= 0; n = lists.next(n)) {
      all.add(n);
    }
    return all;
  }

  @Test
  void aClaimSetIsABitSet() {
    for (long seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      int range = 1 + random.nextInt(300);
      var one = new ClaimSet();
      var two = new ClaimSet();
      var modelOne = new BitSet();
      var modelTwo = new BitSet();
      for (int step = 0; step < STEPS; step++) {
        int claim = random.nextInt(range);
        switch (random.nextInt(30)) {
          case 0 -> {
            two.clear();
            modelTwo.clear();
          }
          case 1, 2, 3, 4, 5, 6, 7, 8 -> {
            one.remove(claim);
            modelOne.clear(claim);
          }
          case 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 -> {
            one.add(claim);
            modelOne.set(claim);
          }
          default -> {
            two.add(claim);
            modelTwo.set(claim);
          }
        }
        var without = (BitSet) modelOne.clone();
        without.andNot(modelTwo);
        int from = random.nextInt(range + 70);
        assertThat(one.contains(from)).isEqualTo(modelOne.get(from));
        assertThat(one.size()).isEqualTo(modelOne.cardinality());
        assertThat(one.countWithout(two)).isEqualTo(without.cardinality());
        assertThat(one.nextWithout(two, from)).isEqualTo(without.nextSetBit(from));
      }
    }
  }

  /** Each agent forgets about whoever has wished to be asked since its last visit. */
  @Test
  void recentWishesAreForgottenByEachAgentOnce() {
    for (long seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var tree = new ShareTree(new Amounts());
      var claims = new ArrayList<Claim>();
      for (int i = 0; i < 10; i++) {
        claims.add(tree.claim(Pool.id("F" + i), "x"));
      }
      var wishes = new RecentWishes();
      long lastVisit = wishes.now();
      var answers = new ClaimSet();
      var model = new BitSet();
      for (int step = 0; step < STEPS; step++) {
        var claim = claims.get(random.nextInt(claims.size()));
        switch (random.nextInt(4)) {
          case 0 -> {
            // A visit, after which some are known to be asked in vain.
            wishes.forgetAnswers(answers, lastVisit);
            lastVisit = wishes.now();
            assertThat(members(answers, claims)).isEqualTo(model);
            answers.add(claim.number);
            model.set(claim.number);
          }
          default -> {
            wishes.add(claim);
            model.clear(claim.number);
          }
        }
      }
      assertThat(wishes.now()).isGreaterThan(STEPS / 2);
    }
  }

  private static BitSet members(ClaimSet set, List<Claim> claims) {
    var members = new BitSet();
    claims.forEach(claim -> members.set(claim.number, set.contains(claim.number)));
    return members;
  }
}
