package io.meseta.master.validation;

/** Paths as they are written in messages, judged as text: nothing here looks at a disk. */
final class Paths {
  private Paths() {}

  static boolean isAbsolute(String path) {
    return path.startsWith("/");
  }

  /** Whether a path that should stay below a directory does not, or names nothing in it. */
  static boolean leavesSandbox(String path) {
    if (path.isEmpty() || isAbsolute(path) || path.indexOf('\0') >= 0) {
      return true;
    }
    int depth = 0;
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        depth--;
      } else if (!part.isEmpty() && !part.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return depth == 0;
  }
}
