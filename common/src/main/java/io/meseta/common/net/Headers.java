package io.meseta.common.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Header fields of a request or an answer, in order; names compare without regard to case, and a
 * name may occur several times. Immutable.
 */
public final class Headers {

  /** One field as it was given or received. */
  public record Field(String name, String value) {}

  private static final Headers NONE = new Headers(List.of());

  private final List<Field> fields;

  private Headers(List<Field> fields) {
    this.fields = fields;
  }

  /** No field at all. */
  public static Headers none() {
    return NONE;
  }

  /**
   * These fields, in this order.
   *
   * @param namesAndValues name, value, name, value, …
   * @throws IllegalArgumentException as {@link #with} does, or for an odd number of texts
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("A header name without a value");
    }
    List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(checked(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Headers(List.copyOf(fields));
  }

  /** Fields that came from the wire, where Netty has checked them. */
  static Headers ofReceived(Iterable<? extends java.util.Map.Entry<String, String>> received) {
    List<Field> fields = new ArrayList<>();
    received.forEach(field -> fields.add(new Field(field.getKey(), field.getValue())));
    return new Headers(List.copyOf(fields));
  }

  /**
   * These fields and one more at the end.
   *
   * @throws IllegalArgumentException if the name is not a token, or the value has a line break or
   *     another control character: whatever a value was made of, it cannot become a second header
   */
  public Headers with(String name, String value) {
    List<Field> more = new ArrayList<>(fields.size() + 1);
    more.addAll(fields);
    more.add(checked(name, value));
    return new Headers(List.copyOf(more));
  }

  /** The first value of this name. */
  public Optional<String> first(String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return Optional.of(field.value);
      }
    }
    return Optional.empty();
  }

  /** Every value of this name, in order; empty when there is none. */
  public List<String> all(String name) {
    return fields.stream().filter(f -> f.name.equalsIgnoreCase(name)).map(Field::value).toList();
  }

  /** Whether the name occurs. */
  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** Every field, in order. */
  public List<Field> fields() {
    return fields;
  }

  /** The names only: values may be secrets. */
  @Override
  public String toString() {
    return fields.stream().map(Field::name).toList().toString();
  }

  private static Field checked(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(Headers::isTokenCharacter)) {
      throw new IllegalArgumentException("Not a header name: \"" + name + '"');
    }
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)) {
      throw new IllegalArgumentException(
          "The value of header " + name + " has a control or non-Latin-1 character");
    }
    return new Field(name, value);
  }

  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
