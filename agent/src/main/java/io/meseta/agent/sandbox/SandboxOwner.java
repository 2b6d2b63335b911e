package io.meseta.agent.sandbox;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user of this machine to whom the files of a task belong. Immutable. */
public final class SandboxOwner {

  private static final Logger log = LoggerFactory.getLogger(SandboxOwner.class);

  private final UserPrincipal user;
  private final @Nullable GroupPrincipal group;

  private SandboxOwner(UserPrincipal user, @Nullable GroupPrincipal group) {
    this.user = user;
    this.group = group;
  }

  /**
   * Looks a user up.
   *
   * @param user name or number, or {@code user:group} as Docker has it
   * @return empty for no name, and for one that this machine does not know, as it may be a user of
   *     the image only
   */
  public static Optional<SandboxOwner> find(String user) throws IOException {
    if (user.isBlank()) {
      return Optional.empty();
    }
    UserPrincipalLookupService lookup = FileSystems.getDefault().getUserPrincipalLookupService();
    int colon = user.indexOf(':');
    try {
      UserPrincipal found =
          lookup.lookupPrincipalByName(colon < 0 ? user : user.substring(0, colon));
      return Optional.of(new SandboxOwner(found, findGroup(lookup, user.substring(colon + 1))));
    } catch (UserPrincipalNotFoundException e) {
      log.debug("no user {}", user, e);
      return Optional.empty();
    }
  }

  private static @Nullable GroupPrincipal findGroup(UserPrincipalLookupService lookup, String name)
      throws IOException {
    try {
      return lookup.lookupPrincipalByGroupName(name);
    } catch (UserPrincipalNotFoundException e) {
      log.debug("no group {}", name, e);
      return null;
    }
  }

  /** Whether a file is this user's already; a link is not followed. */
  boolean owns(Path path) throws IOException {
    return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(user);
  }

  /** Gives a file, a directory or a link, but not what it leads to, to the user. */
  public void give(Path path) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    view.setOwner(user);
    if (group != null) {
      view.setGroup(group);
    }
  }
}
