package io.meseta.common.files;

/** Modes of files as {@code ls} prints them. */
final class FileModes {

  private static final int KIND = 0170000;
  private static final String BITS = "rwxrwxrwx";

  private FileModes() {}

  /** As {@code -rw-r--r--}. */
  static String print(int mode) {
    StringBuilder text = new StringBuilder();
    text.append(
        switch (mode & KIND) {
          case 0040000 -> 'd';
          case 0120000 -> 'l';
          case 0100000 -> '-';
          default -> '?';
        });
    for (int i = 0; i < BITS.length(); i++) {
      text.append((mode & (0400 >> i)) != 0 ? BITS.charAt(i) : '-');
    }
    return text.toString();
  }
}
