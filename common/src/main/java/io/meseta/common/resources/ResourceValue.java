package io.meseta.common.resources;

import java.util.Optional;

/**
 * How much there is of one resource. Immutable.
 *
 * <p>The operations take a value of the same kind; another kind is a mistake of the caller and
 * throws {@link IllegalArgumentException}. ({@link ResourceKey} holds the kind, so values of equal
 * keys always fit.)
 */
public sealed interface ResourceValue permits Scalar, Ranges, SetValue {
  /** The kinds of values, named as on the wire. */
  enum Kind {
    SCALAR,
    RANGES,
    SET
  }

  Kind kind();

  boolean isEmpty();

  /**
   * Both together. Ranges and sets are united, so what is in both counts once: see {@link
   * #overlaps}.
   *
   * @throws ArithmeticException when a scalar gets too large to be counted
   */
  ResourceValue plus(ResourceValue other);

  /** What is left when {@code other} is taken away; nothing when there is not so much. */
  Optional<ResourceValue> minus(ResourceValue other);

  /** What is left when as much as there is of {@code other} is taken away. */
  ResourceValue without(ResourceValue other);

  boolean contains(ResourceValue other);

  /** Whether ranges or sets have something in common; never true of scalars. */
  boolean overlaps(ResourceValue other);

  /** The value as Mesos's text form has it: {@code 0.5}, {@code [1-2, 5-5]}, {@code {a, b}}. */
  @Override
  String toString();
}
