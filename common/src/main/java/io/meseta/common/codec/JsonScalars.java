package io.meseta.common.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.meseta.common.codec.FieldPlan.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * Single values out of JSON. What does not fit is an {@link IllegalArgumentException} whose message
 * lacks only the field's path, which the reader adds.
 */
final class JsonScalars {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,400}(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,20}");
  private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger MIN_INT64 = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_INT64 = BigInteger.valueOf(Long.MAX_VALUE);
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;
  private static final int MOST_SHOWN = 40;

  private JsonScalars() {}

  /** Reads the token where the parser stands, as a value for a field of that kind. */
  static Object read(JsonParser json, Kind kind) throws IOException {
    return switch (kind) {
      case STRING -> readString(json);
      case BYTES -> Base64Text.decode(readText(json, "base64 text"));
      case BOOL -> readBoolean(json);
      case DOUBLE -> readDouble(json);
      case FLOAT -> (float) readDouble(json);
      case INT32, UINT32, INT64, UINT64 -> readInteger(json, kind);
      case ENUM, MESSAGE -> throw new AssertionError(kind);
    };
  }

  /** A value from text alone, as the key of a map is. */
  static Object fromText(String text, Kind kind) {
    return switch (kind) {
      case STRING -> text;
      case BOOL -> booleanFromText(text);
      case INT32, UINT32, INT64, UINT64 -> integerFromText(text, kind);
      case BYTES, DOUBLE, FLOAT, ENUM, MESSAGE -> throw new AssertionError(kind);
    };
  }

  /**
   * What stands there, for a message of error; values of text are not repeated, they may be secret.
   */
  static String describe(JsonParser json) {
    JsonToken token = json.currentToken();
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> token.toString();
    };
  }

  static String abbreviate(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  private static String readString(JsonParser json) throws IOException {
    return wholeText(readText(json, "text"));
  }

  /** Half a character would become a question mark in protobuf: two names for one thing. */
  private static String wholeText(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < length && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw new IllegalArgumentException("half a surrogate pair in text, at position " + i);
        }
        i++;
      }
    }
    return text;
  }

  private static String readText(JsonParser json, String expected) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw mismatch(expected, json);
    }
    return json.getText();
  }

  private static boolean readBoolean(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> booleanFromText(json.getText());
      default -> throw mismatch("true or false", json);
    };
  }

  private static boolean booleanFromText(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "expected true or false, got text \"" + abbreviate(text) + '"');
    };
  }

  private static double readDouble(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> finite(json.getDoubleValue(), json.getText());
      case VALUE_STRING -> doubleFromText(json.getText());
      default -> throw mismatch("a number", json);
    };
  }

  private static double doubleFromText(String text) {
    return switch (text) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> finite(Double.parseDouble(numberIn(text)), text);
    };
  }

  private static double finite(double value, String text) {
    if (Double.isInfinite(value)) {
      throw outOfRange(text);
    }
    return value;
  }

  private static Object readInteger(JsonParser json, Kind kind) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT ->
          json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? integerFromText(json.getText(), kind)
              : fit(json.getLongValue(), kind);
      case VALUE_NUMBER_FLOAT, VALUE_STRING -> integerFromText(json.getText(), kind);
      default -> throw mismatch("a number", json);
    };
  }

  private static Object integerFromText(String text, Kind kind) {
    String number = numberIn(text);
    if (INTEGER.matcher(number).matches()) {
      return fit(new BigInteger(number), kind, number);
    }
    double value = Double.parseDouble(number);
    // Two to the power of 64: no kind reaches that far.
    if (!(Math.abs(value) < 0x1p64)) {
      throw outOfRange(number);
    }
    // At most 20 digits are left of the point now.
    return fit(new BigDecimal(value).toBigInteger(), kind, number);
  }

  private static String numberIn(String text) {
    String stripped = text.strip();
    if (!NUMBER.matcher(stripped).matches()) {
      throw new IllegalArgumentException("expected a number, got text \"" + abbreviate(text) + '"');
    }
    return stripped;
  }

  private static Object fit(BigInteger value, Kind kind, String text) {
    if (kind == Kind.UINT64) {
      if (value.signum() < 0 || value.compareTo(MAX_UINT64) > 0) {
        throw outOfRange(text);
      }
      return value.longValue();
    }
    if (value.compareTo(MIN_INT64) < 0 || value.compareTo(MAX_INT64) > 0) {
      throw outOfRange(text);
    }
    return fit(value.longValue(), kind);
  }

  private static Object fit(long value, Kind kind) {
    boolean fits =
        switch (kind) {
          case INT32 -> value == (int) value;
          case UINT32 -> value >= 0 && value <= MAX_UINT32;
          case UINT64 -> value >= 0;
          default -> true;
        };
    if (!fits) {
      throw outOfRange(Long.toString(value));
    }
    if (kind == Kind.INT32 || kind == Kind.UINT32) {
      return (int) value;
    }
    return value;
  }

  private static IllegalArgumentException outOfRange(String number) {
    return new IllegalArgumentException(
        "number " + abbreviate(number) + " is out of the field's range");
  }

  private static IllegalArgumentException mismatch(String expected, JsonParser json) {
    return new IllegalArgumentException("expected " + expected + ", got " + describe(json));
  }
}
