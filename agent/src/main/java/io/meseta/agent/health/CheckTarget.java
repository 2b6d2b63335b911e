package io.meseta.agent.health;

import io.meseta.api.v1.CommandInfo;

/** What is asked, and where. */
public sealed interface CheckTarget {

  /** A command, run inside the container. */
  record Command(CommandInfo command) implements CheckTarget {}

  /**
   * GET of a page. Redirects are followed; certificates are not verified.
   *
   * @param scheme http or https
   * @param host an address, as text
   */
  record Http(String scheme, String host, int port, String path) implements CheckTarget {}

  /** A connection that is opened and closed again. */
  record Tcp(String host, int port) implements CheckTarget {}
}
