package io.meseta.cli.operator;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Resources as people write and read them: {@code cpus:4;mem:1024}. */
final class Amounts {

  private static final int MILLI_DIGITS = 3;

  private Amounts() {}

  /** Resources as the API has them. */
  static List<Resource> parse(String option, String text) {
    try {
      return Resources.parse(text).toProto(ReservationFormat.REFINED);
    } catch (ResourceException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  /** The same where only numbers will do. */
  static Map<String, Value.Scalar> numbers(String option, String text) {
    TreeMap<String, Value.Scalar> numbers = new TreeMap<>();
    for (Resource resource : parse(option, text)) {
      if (resource.getType() != Value.Type.SCALAR || resource.getReservationsCount() > 0) {
        throw new IllegalArgumentException(
            option + " takes numbers such as cpus:4;mem:1024, but is '" + text + "'");
      }
      numbers.put(resource.getName(), resource.getScalar());
    }
    return numbers;
  }

  static String print(Map<String, Value.Scalar> numbers) {
    return numbers.isEmpty()
        ? "-"
        : new TreeMap<>(numbers)
            .entrySet().stream()
                .map(one -> one.getKey() + ":" + number(one.getValue().getValue()))
                .collect(Collectors.joining(";"));
  }

  /** How much of one resource there is among some: the reserved together with the rest. */
  static String sum(String name, Collection<Resource> resources) {
    double sum =
        resources.stream()
            .filter(resource -> resource.getName().equals(name))
            .mapToDouble(resource -> resource.getScalar().getValue())
            .sum();
    return number(sum);
  }

  /** A number as short as it can be said, to the third digit. */
  static String number(double value) {
    return new BigDecimal(Math.round(value * 1000))
        .movePointLeft(MILLI_DIGITS)
        .stripTrailingZeros()
        .toPlainString();
  }
}
