package io.meseta.api;

/** Static methods of generated classes, which have no common type to call them through. */
final class Reflection {
  private Reflection() {}

  static Object callStatic(String className, String method) {
    try {
      return Class.forName(className).getMethod(method).invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(className + "." + method + "()", e);
    }
  }
}
