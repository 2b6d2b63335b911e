package io.meseta.master.allocation;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Where somebody stands among those who share with it: a role among the roles beside it, or a
 * framework among those of its role.
 *
 * @param who a role, the frameworks that a role has itself, or one of those
 * @param share the largest part that it has of anything in the cluster, 0 to 1
 * @param resource of what that is; empty while it has nothing
 * @param weight by which the share is divided before shares are compared
 * @param place 1 for who is served first; empty while nobody there may be offered anything
 * @param contenders among how many
 * @param before who is served earlier, the first one first; not more than {@value #MOST_NAMES}
 */
public record Standing(
    String who,
    double share,
    String resource,
    double weight,
    OptionalInt place,
    int contenders,
    List<String> before) {

  static final int MOST_NAMES = 10;

  /** What is compared. */
  public double weightedShare() {
    return share / weight;
  }

  /** In words. */
  public String text() {
    var holds =
        resource.isEmpty()
            ? " has nothing"
            : String.format(Locale.ROOT, " has %.2f%% of all %s", share * 100, resource);
    var weighted =
        weight == 1
            ? ""
            : String.format(
                Locale.ROOT, ", with weight %s it counts as %.2f%%", weight, weightedShare() * 100);
    return who + holds + weighted + ", and " + placeText();
  }

  private String placeText() {
    if (place.isEmpty()) {
      return "takes no part at present";
    }
    if (place.getAsInt() == 1) {
      return contenders == 1 ? "is the only one there" : "is the first of " + contenders;
    }
    int more = place.getAsInt() - 1 - before.size();
    return "is number "
        + place.getAsInt()
        + " of "
        + contenders
        + ", after "
        + String.join(", ", before)
        + (more > 0 ? " and " + more + " more" : "");
  }
}
