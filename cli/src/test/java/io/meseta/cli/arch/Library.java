package io.meseta.cli.arch;

/**
 * Libraries that one package hides from all others, so that replacing one, or a new version of it,
 * touches one place.
 */
enum Library {
  NETTY("io.netty..", "io.meseta.common.net.."),
  CURATOR("org.apache.curator..", "io.meseta.common.coordination.."),
  ZOOKEEPER("org.apache.zookeeper..", "io.meseta.common.coordination.."),
  DOCKER_JAVA("com.github.dockerjava..", "io.meseta.agent.container.docker.."),
  JDBC("java.sql..", "io.meseta.agent.journal..");

  private final String packages;
  private final String home;

  Library(String packages, String home) {
    this.packages = packages;
    this.home = home;
  }

  String packages() {
    return packages;
  }

  /** The only package that may use it. */
  String home() {
    return home;
  }
}
