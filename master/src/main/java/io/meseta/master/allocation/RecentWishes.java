package io.meseta.master.allocation;

import java.util.ArrayList;

/**
 * Who wants to see all agents anew, latest last. An agent that is visited forgets what it knows
 * about those who have been added since its last visit, and nobody else: so that a wish costs
 * nothing per agent.
 */
final class RecentWishes {
  private record Wish(Claim claim, long since) {
    boolean isCurrent() {
      return claim.wantsSince == since;
    }
  }

  private final ArrayList<Wish> wishes = new ArrayList<>();
  private long now;
  private int kept;

  /** The number of the last wish. */
  long now() {
    return now;
  }

  void add(Claim claim) {
    claim.wantsSince = ++now;
    wishes.add(new Wish(claim, now));
    if (wishes.size() > 2 * kept + 64) {
      wishes.removeIf(wish -> !wish.isCurrent());
      kept = wishes.size();
    }
  }

  /** It is gone. */
  void remove(Claim claim) {
    claim.wantsSince = -1;
  }

  /** Forgets about those whose wish is younger than the agent's last visit. */
  void forgetAnswers(ClaimSet answers, long lastVisit) {
    for (int i = wishes.size() - 1; i >= 0 && wishes.get(i).since() > lastVisit; i--) {
      answers.remove(wishes.get(i).claim().number);
    }
  }
}
