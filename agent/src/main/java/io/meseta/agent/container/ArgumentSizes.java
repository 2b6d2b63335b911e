package io.meseta.agent.container;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much can be handed to a program when it is started: a limit of the kernel's. Told before the
 * start, as afterwards there would only be an exit code.
 */
public final class ArgumentSizes {

  /** Of one argument, or one variable with its name: 32 pages. */
  private static final int MAX_STRING = 128 * 1024;

  /** A quarter of the usual stack of 8 MiB, less what the way to the program needs. */
  private static final int MAX_TOTAL = 2 * 1024 * 1024 - 64 * 1024;

  private static final int POINTER = 8;

  private ArgumentSizes() {}

  /** Why a program cannot be started with these; empty if it can. */
  public static Optional<String> trouble(
      List<String> arguments, Map<String, ByteString> environment) {
    long total = 0;
    for (String argument : arguments) {
      if (argument.indexOf('\0') >= 0) {
        return Optional.of("the command holds a zero byte");
      }
      int bytes = argument.getBytes(StandardCharsets.UTF_8).length;
      if (bytes >= MAX_STRING) {
        return Optional.of(tooLarge("an argument of the command", bytes));
      }
      total += bytes + 1 + POINTER;
    }
    for (Map.Entry<String, ByteString> variable : environment.entrySet()) {
      int bytes =
          variable.getKey().getBytes(StandardCharsets.UTF_8).length
              + 1
              + variable.getValue().size();
      if (bytes >= MAX_STRING) {
        return Optional.of(tooLarge("environment variable " + variable.getKey(), bytes));
      }
      total += bytes + 1 + POINTER;
    }
    return total > MAX_TOTAL
        ? Optional.of(
            "environment and arguments are too large (E2BIG): %d bytes, of at most %d"
                .formatted(total, MAX_TOTAL))
        : Optional.empty();
  }

  private static String tooLarge(String what, int bytes) {
    // Each ends with a zero.
    return "%s is too large (E2BIG): %d bytes, of at most %d"
        .formatted(what, bytes, MAX_STRING - 1);
  }
}
