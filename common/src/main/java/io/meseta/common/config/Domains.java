package io.meseta.common.config;

import io.meseta.api.v1.DomainInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.JsonReader;
import io.meseta.common.codec.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Lets an option be the domain in which a daemon runs, as Mesos writes it: JSON, or the path of a
 * file with it, such as {@code {"fault_domain": {"region": {"name": "r"}, "zone": {"name": "z"}}}}.
 */
public final class Domains implements ITypeConverter<DomainInfo> {
  private static final String FILE = "file://";

  @Override
  public DomainInfo convert(String value) {
    try {
      return parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /**
   * Reads a domain.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static DomainInfo parse(String value) {
    var json = value.strip().startsWith("{") ? value : contents(value.strip());
    DomainInfo domain;
    try {
      domain =
          JsonReader.read(json.getBytes(StandardCharsets.UTF_8), DomainInfo.getDefaultInstance());
    } catch (DecodeException e) {
      throw new IllegalArgumentException("'" + value + "' is not a domain: " + e.getMessage(), e);
    }
    var faultDomain = domain.getFaultDomain();
    if (faultDomain.getRegion().getName().isEmpty() || faultDomain.getZone().getName().isEmpty()) {
      throw new IllegalArgumentException(
          "'" + value + "' has no 'fault_domain' with the names of a region and a zone");
    }
    return domain;
  }

  private static String contents(String path) {
    var file = path.startsWith(FILE) ? path.substring(FILE.length()) : path;
    try {
      return Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "'" + path + "' is neither JSON nor a file that can be read: " + e, e);
    }
  }

  /** As pages show it. */
  public static String print(DomainInfo domain) {
    return new String(Codec.encode(domain, MediaType.JSON), StandardCharsets.UTF_8);
  }
}
