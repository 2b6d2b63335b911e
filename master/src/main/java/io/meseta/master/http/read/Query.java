package io.meseta.master.http.read;

import io.meseta.common.net.HttpRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parameters of a page. */
record Query(HttpRequest request) {

  /** A name, or a path of names: nothing that could be more than a function's name. */
  private static final Pattern CALLBACK = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,127}");

  /** A parameter makes no sense: 400, with this message. */
  static final class InvalidException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InvalidException(String message) {
      super(message);
    }
  }

  /** Nothing if it is empty, too. */
  Optional<String> text(String name) {
    return request.query(name).filter(value -> !value.isEmpty());
  }

  /** A whole number from 0 on. */
  int number(String name, int otherwise) {
    Optional<String> given = text(name);
    if (given.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(given.get());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, as negative ones are.
    }
    throw new InvalidException("'" + name + "' has to be a whole number from 0 on");
  }

  /** The function to which the page is to be given, for pages that are loaded as scripts. */
  Optional<String> callback() {
    Optional<String> name = text("jsonp");
    if (name.isPresent() && !CALLBACK.matcher(name.get()).matches()) {
      throw new InvalidException("'jsonp' has to be the name of a function");
    }
    return name;
  }
}
