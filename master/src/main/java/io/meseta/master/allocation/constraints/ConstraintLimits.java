package io.meseta.master.allocation.constraints;

/**
 * How expensive one regular expression in an offer constraint may be. The flags are Mesos's, whose
 * RE2 measures both itself; re2j knows only the size of a program, and that afterwards, so that the
 * memory is estimated ({@link Regex}).
 *
 * @param maxRegexBytes what the text and the compiled program may each take
 * @param maxProgramSize instructions of the compiled program. The two count differently: re2j has
 *     one for a class of characters where RE2 has one for each of its ranges of bytes. An
 *     expression with many groups and large repetitions may be refused here that RE2 takes.
 */
public record ConstraintLimits(long maxRegexBytes, int maxProgramSize) {

  /** Those of Mesos. */
  public static final ConstraintLimits DEFAULTS = new ConstraintLimits(4096, 100);

  public ConstraintLimits {
    if (maxRegexBytes < 0 || maxProgramSize < 0) {
      throw new IllegalArgumentException(
          "The limits for regular expressions cannot be negative: "
              + maxRegexBytes
              + " bytes, "
              + maxProgramSize
              + " instructions");
    }
  }
}
