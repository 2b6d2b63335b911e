package io.meseta.agent.container.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose the files of a sandbox are.
 *
 * @param user empty: the agent's, to whom they belong from the start
 */
record SandboxOwner(Optional<UnixUser> user) {

  /** Gives a file of the sandbox to him; a link itself, and not what it leads to. */
  void give(Path file) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(file, "unix:uid", user.get().uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(file, "unix:gid", user.get().gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
