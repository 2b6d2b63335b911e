package io.meseta.common.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** A properties file: one {@code option=value} per line, options named without their dashes. */
final class ConfigFile {
  private final String name;
  private final Map<String, String> values;

  private ConfigFile(String name, Map<String, String> values) {
    this.name = name;
    this.values = values;
  }

  static ConfigFile none() {
    return new ConfigFile("", Map.of());
  }

  /**
   * Reads the file, which is UTF-8.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  static ConfigFile read(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path, UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the file of --config cannot be read: " + e, e);
    }
    Map<String, String> values = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      values.put(key, properties.getProperty(key).strip());
    }
    return new ConfigFile(path.toString(), values);
  }

  String name() {
    return name;
  }

  Map<String, String> values() {
    return values;
  }

  /**
   * Refuses a key that is no option: a mistyped one would be without effect, unnoticed.
   *
   * @throws IllegalArgumentException naming the key and the nearest option; not its value, which
   *     may be secret
   */
  void checkKeys(Set<String> options) {
    for (String key : values.keySet()) {
      if (!options.contains(key)) {
        String hint =
            NearestName.of(key, options).map(near -> "; did you mean '" + near + "'?").orElse("");
        throw new IllegalArgumentException("unknown option '" + key + "' in " + name + hint);
      }
    }
  }
}
