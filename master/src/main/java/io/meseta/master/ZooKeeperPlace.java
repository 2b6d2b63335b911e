package io.meseta.master;

import io.meseta.common.coordination.EmbeddedZooKeeper;
import io.meseta.common.coordination.ZkUrl;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ZooKeeper that a master uses, which runs in its process if that is what it was told.
 *
 * @param url where masters, agents and frameworks find it
 * @param server in this process, if any
 */
record ZooKeeperPlace(ZkUrl url, Optional<EmbeddedZooKeeper> server) implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ZooKeeperPlace.class);
  private static final String PATH = "/meseta";

  /**
   * Starts the server if there is to be one; connects to nothing.
   *
   * @throws IOException if the server cannot start
   * @throws IllegalArgumentException if the options do not say which ZooKeeper
   */
  static ZooKeeperPlace open(ZooKeeperFlags flags) throws IOException {
    flags.requireSound();
    if (!flags.embedded()) {
      return new ZooKeeperPlace(flags.url(), Optional.empty());
    }
    EmbeddedZooKeeper server = start(flags);
    ZkUrl url = server.url(PATH);
    log.warn(
        "ZooKeeper runs in this process, with its data in {}: for a single machine, not for"
            + " production. Agents and frameworks of this machine find the master at {}",
        flags.directory(),
        url);
    return new ZooKeeperPlace(url, Optional.of(server));
  }

  private static EmbeddedZooKeeper start(ZooKeeperFlags flags) throws IOException {
    try {
      return EmbeddedZooKeeper.startDurable(flags.directory(), flags.port());
    } catch (IOException e) {
      // Not as the cause, from which the program would take it for the master's own port.
      IOException told =
          new IOException(
              e.getMessage()
                  + "; is it running already? --embedded_zk_port and --work_dir name another place");
      told.addSuppressed(e);
      throw told;
    }
  }

  @Override
  public void close() {
    server.ifPresent(EmbeddedZooKeeper::close);
  }
}
