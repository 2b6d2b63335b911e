package io.meseta.cli.arch;

/**
 * Libraries that a package hides from all others, so that replacing one, or a new version of it,
 * touches one place.
 */
enum Library {
  NETTY("io.netty..", "io.meseta.common.net.."),
  CURATOR("org.apache.curator..", "io.meseta.common.coordination.."),
  ZOOKEEPER("org.apache.zookeeper..", "io.meseta.common.coordination.."),
  /** The benchmark needs the engine itself as its baseline. */
  DOCKER_JAVA(
      "com.github.dockerjava..", "io.meseta.agent.container.docker..", "io.meseta.cli.bench.."),
  JDBC("java.sql..", "io.meseta.agent.journal..");

  private final String packages;
  private final String[] homes;

  Library(String packages, String... homes) {
    this.packages = packages;
    this.homes = homes;
  }

  String packages() {
    return packages;
  }

  /** The only packages that may use it. */
  String[] homes() {
    return homes.clone();
  }
}
