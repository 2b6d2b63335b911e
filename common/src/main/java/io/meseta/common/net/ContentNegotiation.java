package io.meseta.common.net;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which media type a request has and which one its answer gets, by the rules of the Mesos HTTP API:
 * types are tried in the server's order (JSON first), not in the client's.
 */
public final class ContentNegotiation {

  /** One element of an {@code Accept} header. */
  private record Range(String type, double quality) {
    int specificityFor(String offered) {
      if (type.equals(offered)) {
        return 2;
      }
      if (type.endsWith("/*") && offered.startsWith(type.substring(0, type.length() - 1))) {
        return 1;
      }
      return type.equals("*/*") ? 0 : -1;
    }
  }

  /**
   * What a request's {@code Content-Type} amounts to: a type, or the answer that refuses it.
   *
   * @param type one of the supported types, lower case and without parameters; null if refused
   * @param refusal null if the type is good
   */
  public record RequestType(@Nullable String type, @Nullable HttpResponse refusal) {}

  private ContentNegotiation() {}

  /**
   * The type to answer with: the first offered one that the client accepts. No {@code Accept} at
   * all means anything. Of the ranges that match a type the most exact one decides, and quality 0
   * is a no.
   *
   * @param accept every value of the header {@code Accept}
   * @param offered what the server can produce, the preferred type first
   * @return empty if nothing is acceptable: the caller answers 406
   */
  public static Optional<String> answerType(List<String> accept, List<String> offered) {
    List<Range> ranges =
        accept.stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .map(String::strip)
            .filter(element -> !element.isEmpty())
            .map(ContentNegotiation::range)
            .toList();
    if (ranges.isEmpty()) {
      return offered.stream().findFirst();
    }
    return offered.stream().filter(type -> isAccepted(type, ranges)).findFirst();
  }

  /**
   * Checks the {@code Content-Type} of a request: none is 400, one that is not supported is 415.
   * Parameters such as a charset are ignored.
   */
  public static RequestType requestType(Headers headers, List<String> supported) {
    Optional<String> value = headers.first("Content-Type");
    if (value.isEmpty()) {
      return new RequestType(
          null,
          HttpResponse.text(
              400, "Expecting header 'Content-Type' to be one of " + String.join(", ", supported)));
    }
    String type = withoutParameters(value.get());
    if (!supported.contains(type)) {
      return new RequestType(
          null,
          HttpResponse.text(
              415,
              "Content-Type is not supported; expecting one of " + String.join(", ", supported)));
    }
    return new RequestType(type, null);
  }

  /** Whether the client accepts gzip: named, or by {@code *}, and not with quality 0. */
  public static boolean acceptsGzip(Headers headers) {
    Range best = null;
    for (String value : headers.all("Accept-Encoding")) {
      for (String element : value.split(",", -1)) {
        Range coding = range(element.strip());
        if (coding.type.equals("gzip") || (best == null && coding.type.equals("*"))) {
          best = coding;
        }
      }
    }
    return best != null && best.quality > 0;
  }

  private static boolean isAccepted(String type, List<Range> ranges) {
    int specificity = -1;
    double quality = 0;
    for (Range range : ranges) {
      int candidate = range.specificityFor(type);
      if (candidate > specificity) {
        specificity = candidate;
        quality = range.quality;
      } else if (candidate >= 0 && candidate == specificity) {
        quality = Math.max(quality, range.quality);
      }
    }
    return quality > 0;
  }

  private static Range range(String element) {
    return new Range(withoutParameters(element), quality(element));
  }

  private static String withoutParameters(String mediaType) {
    int semicolon = mediaType.indexOf(';');
    String type = semicolon < 0 ? mediaType : mediaType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /** Quality is 1 unless a readable one is given. */
  private static double quality(String element) {
    String[] parts = element.split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2).strip());
        } catch (NumberFormatException e) {
          return 1;
        }
      }
    }
    return 1;
  }
}
