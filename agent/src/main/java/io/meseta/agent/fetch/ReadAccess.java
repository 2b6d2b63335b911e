package io.meseta.agent.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a user of this machine may read, by the permissions of files and of the directories above
 * them; access lists beyond those are not looked at. Immutable.
 *
 * @param uid empty: a user whom the machine does not know, who may what all others may
 */
record ReadAccess(Optional<Integer> uid, Set<Integer> gids) {

  private static final Path USERS = Path.of("/etc/passwd");
  private static final Path GROUPS = Path.of("/etc/group");
  private static final int READ = 4;
  private static final int SEARCH = 1;

  ReadAccess {
    gids = Set.copyOf(gids);
  }

  /**
   * @param user name or number, or {@code user:group}; none at all is root, as the agent's own user
   *     is not changed then
   */
  static ReadAccess of(String user) throws IOException {
    String name = user.contains(":") ? user.substring(0, user.indexOf(':')) : user;
    if (name.isBlank()) {
      return new ReadAccess(Optional.of(0), Set.of(0));
    }
    for (List<String> line : lines(USERS)) {
      if (line.size() > 3 && (line.get(0).equals(name) || line.get(2).equals(name))) {
        return new ReadAccess(
            Optional.of(Integer.parseInt(line.get(2))),
            groups(line.get(0), Integer.parseInt(line.get(3))));
      }
    }
    return new ReadAccess(
        name.matches("\\d{1,9}") ? Optional.of(Integer.parseInt(name)) : Optional.empty(),
        Set.of());
  }

  private static Set<Integer> groups(String user, int own) throws IOException {
    Set<Integer> gids = new HashSet<>();
    gids.add(own);
    for (List<String> line : lines(GROUPS)) {
      if (line.size() > 3 && List.of(line.get(3).split(",", -1)).contains(user)) {
        gids.add(Integer.parseInt(line.get(2)));
      }
    }
    return gids;
  }

  private static List<List<String>> lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
        .map(line -> List.of(line.split(":", -1)))
        .toList();
  }

  /**
   * @param real without links
   */
  boolean mayRead(Path real) throws IOException {
    if (uid.isPresent() && uid.get() == 0) {
      return true;
    }
    for (Path above = real.getParent(); above != null; above = above.getParent()) {
      if (!may(above, SEARCH)) {
        return false;
      }
    }
    return may(real, READ);
  }

  private boolean may(Path path, int bit) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    int mode = facts.get("mode") instanceof Integer bits ? bits : 0;
    if (uid.isPresent() && uid.get().equals(facts.get("uid"))) {
      return (mode >> 6 & bit) != 0;
    }
    if (facts.get("gid") instanceof Integer gid && gids.contains(gid)) {
      return (mode >> 3 & bit) != 0;
    }
    return (mode & bit) != 0;
  }
}
