package io.meseta.master.allocation.constraints;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in the syntax of RE2, matched in time linear in the text by re2j.
 *
 * <p>RE2 gives up as soon as an expression needs more memory than it may have. re2j cannot be told
 * a limit: it writes repetitions out, also those within each other, so that {@code
 * ((a{1000}){1000}){1000}} would take all the memory there is, and it descends once per open
 * parenthesis. Hence an expression is judged by its text first, always on the safe side; then it is
 * compiled, and then its program is measured.
 */
final class Regex {
  /** An instruction of a compiled program, roughly. */
  private static final int INSTRUCTION_BYTES = 40;

  /** So many times the permitted memory may be in use for a moment, while it is compiled. */
  private static final int WHILE_COMPILING = 64;

  /** Far from what a thread's stack can take, and more than anyone writes. */
  private static final int MAX_PARENTHESES = 250;

  private static final java.util.regex.Pattern REPETITION =
      java.util.regex.Pattern.compile("\\{([0-9]{1,4})(,[0-9]{0,4})?}");

  private final String text;

  /** Not part of a recording, which has the text: compiled again by the first who needs it. */
  private transient @Nullable Pattern compiled;

  private Regex(String text, Pattern compiled) {
    this.text = text;
    this.compiled = compiled;
  }

  /**
   * Compiles it.
   *
   * @throws IllegalArgumentException when it is none, or exceeds the limits
   */
  static Regex of(String text, ConstraintLimits limits) {
    checkText(text, limits);
    Pattern compiled;
    try {
      compiled = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a regular expression of RE2: "
              + e.getDescription()
              + " at '"
              + e.getPattern()
              + "'",
          e);
    }
    checkProgram(text, compiled.programSize(), limits);
    return new Regex(text, compiled);
  }

  private static void checkText(String text, ConstraintLimits limits) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limits.maxRegexBytes()) {
      throw tooComplex(abridged(text), bytes + " bytes long", limits.maxRegexBytes() + " bytes");
    }
    long parentheses = text.chars().filter(c -> c == '(').count();
    if (parentheses > MAX_PARENTHESES) {
      throw tooComplex(abridged(text), parentheses + " groups", MAX_PARENTHESES + " groups");
    }
    long most = WHILE_COMPILING * limits.maxRegexBytes();
    double written = (double) text.length() * timesWrittenOut(text, (int) parentheses + 1);
    if (written > most) {
      throw tooComplex(
          abridged(text),
          "possibly " + Math.round(written) + " characters when its repetitions are written out",
          most + " characters");
    }
  }

  private static void checkProgram(String text, int size, ConstraintLimits limits) {
    if (size > limits.maxProgramSize()) {
      throw tooComplex(text, "a program of size " + size, "a size of " + limits.maxProgramSize());
    }
    long bytes = (long) size * INSTRUCTION_BYTES;
    if (bytes > limits.maxRegexBytes()) {
      throw tooComplex(text, "about " + bytes + " bytes", limits.maxRegexBytes() + " bytes");
    }
  }

  /**
   * How often a character may be there at most when repetitions are written out. Repetitions can be
   * within each other only by parentheses, one for each; whatever looks like one is taken for one,
   * wherever it stands.
   */
  private static double timesWrittenOut(String text, int depth) {
    List<Integer> repetitions = new ArrayList<>();
    var matcher = REPETITION.matcher(text);
    while (matcher.find()) {
      int least = Integer.parseInt(matcher.group(1));
      var rest = matcher.group(2);
      int most = rest == null || rest.length() == 1 ? 0 : Integer.parseInt(rest.substring(1));
      repetitions.add(Math.max(1, Math.max(least + 1, most)));
    }
    repetitions.sort(Collections.reverseOrder());
    double times = 1;
    for (int repetition : repetitions.subList(0, Math.min(depth, repetitions.size()))) {
      times *= repetition;
    }
    return times;
  }

  private static IllegalArgumentException tooComplex(String text, String is, String limit) {
    return new IllegalArgumentException(
        "The regular expression '"
            + text
            + "' is too complex: it is "
            + is
            + ", and "
            + limit
            + " are the limit here");
  }

  private static String abridged(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  /** Whether it matches the whole of it. */
  boolean matches(String whole) {
    var pattern = compiled;
    if (pattern == null) {
      pattern = Pattern.compile(text);
      compiled = pattern;
    }
    return pattern.matches(whole);
  }

  @Override
  public String toString() {
    return text;
  }
}
