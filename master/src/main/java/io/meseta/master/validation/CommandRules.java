package io.meseta.master.validation;

import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment;
import java.util.Optional;

/** What to run, with which environment and which files. */
final class CommandRules {
  private CommandRules() {}

  /** Whether a container brings something to run of its own. */
  static boolean runsImage(ContainerInfo container) {
    return container.hasDocker() || container.getMesos().hasImage();
  }

  /**
   * Why the command cannot be run, or nothing.
   *
   * @param hasImage whether there is an image whose own entry point runs when no program is named
   */
  static Optional<String> invalidReason(CommandInfo command, boolean hasImage) {
    return Reasons.first(
        () ->
            Reasons.when(
                command.getShell() && command.getValue().isEmpty(),
                "'command.shell' is true (the default) but there is no 'command.value' for the"
                    + " shell; to run an image's own entry point set 'shell' to false"),
        () ->
            Reasons.when(
                !command.getShell() && command.getValue().isEmpty() && !hasImage,
                "'command.value' is missing: without an image there is nothing to run"),
        () -> noNul("command.value", command.getValue()),
        () -> Reasons.firstOf(command.getArgumentsList(), a -> noNul("command.arguments", a)),
        () ->
            Reasons.firstOf(
                command.getEnvironment().getVariablesList(), CommandRules::invalidVariable),
        () -> Reasons.firstOf(command.getUrisList(), CommandRules::invalidUri));
  }

  private static Optional<String> noNul(String field, String value) {
    return Reasons.when(value.indexOf('\0') >= 0, "'" + field + "' contains a NUL character");
  }

  /** The value itself is never part of a reason: it may be a secret. */
  private static Optional<String> invalidVariable(Environment.Variable variable) {
    var name = variable.getName();
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      return Optional.of("'" + name.replace('\0', '?') + "' cannot name an environment variable");
    }
    var which = "Environment variable '" + name + "'";
    return switch (variable.getType()) {
      case VALUE ->
          Reasons.first(
              () ->
                  Reasons.when(
                      !variable.hasValue(), which + " is of type VALUE but has no 'value'"),
              () ->
                  Reasons.when(
                      variable.hasSecret(), which + " is of type VALUE but has a 'secret'"),
              () ->
                  Reasons.when(
                      variable.getValue().indexOf('\0') >= 0,
                      which + " has a value with a NUL character"));
      case SECRET ->
          Reasons.first(
              () ->
                  Reasons.when(
                      !variable.hasSecret(), which + " is of type SECRET but has no 'secret'"),
              () ->
                  Reasons.when(
                      variable.hasValue(), which + " is of type SECRET but has a 'value'"));
      case UNKNOWN -> Optional.of(which + " is neither of type VALUE nor of type SECRET");
    };
  }

  private static Optional<String> invalidUri(CommandInfo.URI uri) {
    return Reasons.first(
        () -> Reasons.when(uri.getValue().isBlank(), "'command.uris' has one without a 'value'"),
        () ->
            Reasons.when(
                uri.hasOutputFile() && Paths.leavesSandbox(uri.getOutputFile()),
                "'output_file' '" + uri.getOutputFile() + "' is not a path inside the sandbox"));
  }
}
