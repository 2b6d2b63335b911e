package io.meseta.common.resources;

import java.util.Optional;

/** An amount in thousandths of its unit: {@code cpus:0.5} is 500. Never negative. */
public record Scalar(long milli) implements ResourceValue, Comparable<Scalar> {
  public static final Scalar ZERO = new Scalar(0);

  /**
   * The largest amount that is read from outside. Up to here a {@code double} tells two amounts
   * apart that differ by a thousandth, so that what is printed can be read again; and a thousand of
   * them can be added up without an overflow.
   */
  public static final long MAX_MILLI = 1L << 53;

  public Scalar {
    if (milli < 0) {
      throw new IllegalArgumentException(
          "A resource cannot be negative: " + milli + " thousandths");
    }
  }

  /**
   * Rounds to three decimals.
   *
   * @throws ResourceException for what is not a number, infinite, negative or too large
   */
  public static Scalar ofDouble(double value) throws ResourceException {
    if (Double.isNaN(value)) {
      throw new ResourceException("is not a number");
    }
    if (value < 0) {
      throw new ResourceException("is negative: " + value);
    }
    if (value > MAX_MILLI / 1000.0) {
      throw new ResourceException("is too large: " + value);
    }
    return new Scalar(Math.round(value * 1000.0));
  }

  /** For the wire. */
  public double toDouble() {
    return milli / 1000.0;
  }

  @Override
  public Kind kind() {
    return Kind.SCALAR;
  }

  @Override
  public boolean isEmpty() {
    return milli == 0;
  }

  @Override
  public Scalar plus(ResourceValue other) {
    return new Scalar(Math.addExact(milli, same(other).milli));
  }

  @Override
  public Optional<ResourceValue> minus(ResourceValue other) {
    return contains(other) ? Optional.of(new Scalar(milli - same(other).milli)) : Optional.empty();
  }

  @Override
  public Scalar without(ResourceValue other) {
    return new Scalar(Math.max(0, milli - same(other).milli));
  }

  @Override
  public boolean contains(ResourceValue other) {
    return milli >= same(other).milli;
  }

  @Override
  public boolean overlaps(ResourceValue other) {
    same(other);
    return false; // Amounts have no identity.
  }

  @Override
  public int compareTo(Scalar other) {
    return Long.compare(milli, other.milli);
  }

  /** The shortest decimal number: {@code 4}, {@code 0.5}, {@code 1.025}. */
  @Override
  public String toString() {
    long fraction = milli % 1000;
    if (fraction == 0) {
      return Long.toString(milli / 1000);
    }
    var digits = Long.toString(1000 + fraction).substring(1);
    return milli / 1000 + "." + digits.replaceAll("0+$", "");
  }

  private static Scalar same(ResourceValue other) {
    if (other instanceof Scalar scalar) {
      return scalar;
    }
    throw new IllegalArgumentException("A scalar and " + other + " do not go together");
  }
}
