package io.meseta.master.allocation;

import java.util.BitSet;

/** Gives each claim the smallest number that no other one has, so that sets of them stay small. */
final class ClaimNumbers {
  private final BitSet taken = new BitSet();

  int take() {
    int number = taken.nextClearBit(0);
    taken.set(number);
    return number;
  }

  void giveBack(Claim claim) {
    taken.clear(claim.number());
  }
}
