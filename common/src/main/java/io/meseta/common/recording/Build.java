package io.meseta.common.recording;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Tells one build from another, also when they bear the same version: a fingerprint of the class
 * files, the same whether they lie in a directory or in a jar.
 */
final class Build {

  private static final String UNKNOWN = "unknown";

  private Build() {}

  /** Of the jars or directories that these classes come from. */
  static String of(Class<?>... anchors) {
    TreeMap<String, Long> sums = new TreeMap<>();
    for (Class<?> anchor : anchors) {
      Path place = place(anchor);
      if (place == null) {
        return UNKNOWN;
      }
      try {
        if (Files.isDirectory(place)) {
          addDirectory(place, sums);
        } else {
          addJar(place, sums);
        }
      } catch (IOException e) {
        return UNKNOWN;
      }
    }
    CRC32 all = new CRC32();
    sums.forEach(
        (name, sum) -> all.update((name + sum).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    return String.format(Locale.ROOT, "%08x", all.getValue());
  }

  private static @Nullable Path place(Class<?> anchor) {
    CodeSource source = anchor.getProtectionDomain().getCodeSource();
    try {
      return source == null ? null : Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static void addDirectory(Path directory, TreeMap<String, Long> sums) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = directory.relativize(file).toString();
        if (counts(name)) {
          CRC32 sum = new CRC32();
          sum.update(Files.readAllBytes(file));
          sums.put(name, sum.getValue());
        }
      }
    }
  }

  private static void addJar(Path jar, TreeMap<String, Long> sums) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      for (ZipEntry entry : entries) {
        if (counts(entry.getName())) {
          sums.put(entry.getName(), entry.getCrc());
        }
      }
    }
  }

  private static boolean counts(String name) {
    return name.startsWith("io/meseta/")
        && name.endsWith(".class")
        && !Arrays.asList(name.split("/")).contains("package-info.class");
  }
}
