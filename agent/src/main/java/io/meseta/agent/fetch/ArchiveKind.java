package io.meseta.agent.fetch;

import java.util.Locale;
import java.util.Optional;

/** What the fetcher can take apart, told by the end of the name as Mesos does. */
enum ArchiveKind {
  TAR,
  TAR_GZ,
  TAR_BZ2,
  TAR_XZ,
  ZIP,
  /** A single file, compressed. */
  GZ;

  static Optional<ArchiveKind> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".tar")) {
      return Optional.of(TAR);
    }
    if (lower.endsWith(".tar.gz") || lower.endsWith(".tgz")) {
      return Optional.of(TAR_GZ);
    }
    if (lower.endsWith(".tar.bz2") || lower.endsWith(".tbz2")) {
      return Optional.of(TAR_BZ2);
    }
    if (lower.endsWith(".tar.xz") || lower.endsWith(".txz")) {
      return Optional.of(TAR_XZ);
    }
    if (lower.endsWith(".zip")) {
      return Optional.of(ZIP);
    }
    return lower.endsWith(".gz") && lower.length() > 3 ? Optional.of(GZ) : Optional.empty();
  }
}
