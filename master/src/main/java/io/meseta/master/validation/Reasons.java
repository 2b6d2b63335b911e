package io.meseta.master.validation;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Puts rules in a row: the first reason counts, and later rules may rely on earlier ones. */
final class Reasons {
  private Reasons() {}

  @SafeVarargs
  static Optional<String> first(Supplier<Optional<String>>... rules) {
    for (var rule : rules) {
      var reason = rule.get();
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  static <T> Optional<String> firstOf(List<T> items, Function<T, Optional<String>> rule) {
    for (T item : items) {
      var reason = rule.apply(item);
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  static Optional<String> when(boolean bad, String reason) {
    return bad ? Optional.of(reason) : Optional.empty();
  }
}
