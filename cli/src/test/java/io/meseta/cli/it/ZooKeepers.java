package io.meseta.cli.it;

import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.io.IOException;

/** The ZooKeeper of a {@link Cluster}. */
interface ZooKeepers extends AutoCloseable {

  /** Where a daemon, or a framework, of this name finds it; the path included. */
  String urlFor(String name);

  @Override
  void close() throws IOException;

  /** One server in this process. */
  static ZooKeepers embedded() throws IOException {
    EmbeddedZooKeeper server = EmbeddedZooKeeper.startTemporary();
    return new ZooKeepers() {
      @Override
      public String urlFor(String name) {
        return server.url("/mesos").toString();
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }
}
