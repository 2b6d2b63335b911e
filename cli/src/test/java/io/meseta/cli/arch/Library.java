package io.meseta.cli.arch;

import java.util.List;

/**
 * A library that a package hides from all others, so that replacing it, or a new version of it,
 * touches one place.
 *
 * @param packages its own, as ArchUnit writes them
 * @param homes the only packages that may use it
 */
record Library(String packages, List<String> homes) {

  static List<Library> all() {
    String coordination = "io.meseta.common.coordination..";
    return List.of(
        new Library("io.netty..", List.of("io.meseta.common.net..")),
        new Library("org.apache.curator..", List.of(coordination)),
        new Library("org.apache.zookeeper..", List.of(coordination)),
        // The benchmark needs the engine itself, as its baseline.
        new Library(
            "com.github.dockerjava..",
            List.of("io.meseta.agent.container.docker..", "io.meseta.cli.bench..")),
        new Library("com.nimbusds..", List.of("io.meseta.common.auth..")),
        new Library("org.openjdk.jmh..", List.of("io.meseta.benchmarks.jmh..")),
        new Library("java.sql..", List.of("io.meseta.agent.journal..")));
  }
}
