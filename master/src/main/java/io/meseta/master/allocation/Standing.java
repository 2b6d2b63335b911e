package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

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

  private static final String FRAMEWORK = "framework ";
  private static final String NOT_SHOWN = "somebody who is not shown";

  static String name(RoleNode role) {
    return role.toString();
  }

  static String name(FrameworkId framework) {
    return FRAMEWORK + framework;
  }

  /** The frameworks that a role has itself. */
  static String nameOfOwn(ShareNode role) {
    return "the frameworks of " + role + " itself";
  }

  /**
   * The same for somebody who is shown not all roles and frameworks; empty if it is about one of
   * the others.
   */
  public Optional<Standing> shownTo(Predicate<String> roles, Predicate<FrameworkId> frameworks) {
    if (!isShown(who, roles, frameworks)) {
      return Optional.empty();
    }
    List<String> names =
        before.stream().map(name -> isShown(name, roles, frameworks) ? name : NOT_SHOWN).toList();
    return Optional.of(new Standing(who, share, resource, weight, place, contenders, names));
  }

  /** By the names that are given above: a role stands between the quotation marks. */
  private static boolean isShown(
      String name, Predicate<String> roles, Predicate<FrameworkId> frameworks) {
    return name.startsWith(FRAMEWORK)
        ? frameworks.test(new FrameworkId(name.substring(FRAMEWORK.length())))
        : roles.test(name.substring(name.indexOf('\'') + 1, name.lastIndexOf('\'')));
  }

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
