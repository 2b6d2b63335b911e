package io.meseta.agent.sandbox;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user of this machine to whom the files of a task belong, with his primary group or one that
 * was named. Immutable.
 */
public final class SandboxOwner {

  private static final Logger log = LoggerFactory.getLogger(SandboxOwner.class);

  private final Optional<UnixUser> user;

  /** Instead of the user's own. */
  private final Optional<GroupPrincipal> group;

  private SandboxOwner(Optional<UnixUser> user, Optional<GroupPrincipal> group) {
    this.user = user;
    this.group = group;
  }

  /** That user; empty: the agent's own, to whom all belongs from the start. */
  public static SandboxOwner of(Optional<UnixUser> user) {
    return new SandboxOwner(user, Optional.empty());
  }

  /**
   * Looks a user up.
   *
   * @param user name or number, or {@code user:group} as Docker has it
   * @return empty for no name, and for one that this machine does not know, as it may be a user of
   *     the image only
   */
  public static Optional<SandboxOwner> find(String user) throws IOException {
    int colon = user.indexOf(':');
    Optional<UnixUser> found = user(colon < 0 ? user : user.substring(0, colon));
    if (found.isEmpty()) {
      log.debug("no user {}", user);
      return Optional.empty();
    }
    return Optional.of(
        new SandboxOwner(
            found, colon < 0 ? Optional.empty() : findGroup(user.substring(colon + 1))));
  }

  private static Optional<UnixUser> user(String name) throws IOException {
    try {
      return UnixUsers.ofThisMachine().find(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while user " + name + " was looked up");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static Optional<GroupPrincipal> findGroup(String name) throws IOException {
    try {
      return Optional.of(
          FileSystems.getDefault()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(name));
    } catch (UserPrincipalNotFoundException e) {
      log.debug("no group {}", name, e);
      return Optional.empty();
    }
  }

  /** Whether a file is this user's already; a link is not followed. */
  boolean owns(Path path) throws IOException {
    return user.isEmpty()
        || user.get().uid()
            == (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Gives a file, a directory or a link, but not what it leads to, to the user. */
  public void give(Path path) throws IOException {
    if (user.isEmpty()) {
      return;
    }
    Files.setAttribute(path, "unix:uid", user.get().uid(), LinkOption.NOFOLLOW_LINKS);
    if (group.isPresent()) {
      Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setGroup(group.get());
    } else {
      Files.setAttribute(path, "unix:gid", user.get().gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
