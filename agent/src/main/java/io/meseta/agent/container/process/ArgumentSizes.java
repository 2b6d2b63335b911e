package io.meseta.agent.container.process;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * How much can be handed to a program when it is started: a limit of the kernel's. Told before the
 * start, as afterwards there would only be an exit code.
 */
final class ArgumentSizes {

  /** Of one argument, or one variable with its name: 32 pages. */
  private static final int MAX_STRING = 128 * 1024;

  /** A quarter of the usual stack of 8 MiB, less what the way to the program needs. */
  private static final int MAX_TOTAL = 2 * 1024 * 1024 - 64 * 1024;

  private static final int POINTER = 8;

  private ArgumentSizes() {}

  static void require(List<String> arguments, Map<String, ByteString> environment)
      throws RefusedException {
    long total = 0;
    for (String argument : arguments) {
      if (argument.indexOf('\0') >= 0) {
        throw new RefusedException("the command holds a zero byte");
      }
      total += one("an argument of the command", argument.getBytes(StandardCharsets.UTF_8).length);
    }
    for (Map.Entry<String, ByteString> variable : environment.entrySet()) {
      total +=
          one(
              "environment variable " + variable.getKey(),
              variable.getKey().getBytes(StandardCharsets.UTF_8).length
                  + 1
                  + variable.getValue().size());
    }
    if (total > MAX_TOTAL) {
      throw new RefusedException(
          "environment and arguments are too large (E2BIG): %d bytes, of at most %d"
              .formatted(total, MAX_TOTAL));
    }
  }

  private static int one(String what, int bytes) throws RefusedException {
    // Each ends with a zero.
    if (bytes >= MAX_STRING) {
      throw new RefusedException(
          "%s is too large (E2BIG): %d bytes, of at most %d"
              .formatted(what, bytes, MAX_STRING - 1));
    }
    return bytes + 1 + POINTER;
  }
}
