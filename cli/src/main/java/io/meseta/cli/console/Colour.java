package io.meseta.cli.console;

/** The few ways in which text is set off; the numbers are those of ECMA-48. */
public enum Colour {
  BOLD("1"),
  DIM("2"),
  RED("31"),
  GREEN("32"),
  YELLOW("33"),
  CYAN("36");

  private static final String ESCAPE = "\u001b[";

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  String paint(String text) {
    return ESCAPE + code + "m" + text + ESCAPE + "0m";
  }
}
