package io.meseta.agent.fetch;

import io.meseta.api.v1.CommandInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Brings what a command names by URI into its sandbox. Any thread; blocks. */
public interface Fetcher {

  /**
   * Fetches all, in the order given.
   *
   * @param sandbox exists; nothing is written outside of it, whatever the URIs hold
   * @param user who owns what is fetched
   * @param progress is told, at most about once in a second, how far it is, for people; any thread
   * @throws FetchException if one cannot be had; the message says which and why. What was fetched
   *     before stays in the sandbox
   * @throws InterruptedException when the launch is given up; nothing goes on behind it
   */
  void fetch(List<CommandInfo.URI> uris, Path sandbox, String user, Consumer<String> progress)
      throws FetchException, InterruptedException;

  /** Refuses to fetch anything: for containers of which nobody wants that. */
  static Fetcher refusing() {
    return (uris, sandbox, user, progress) -> {
      if (!uris.isEmpty()) {
        throw new FetchException("command.uris is not supported here: nothing would be fetched");
      }
    };
  }
}
