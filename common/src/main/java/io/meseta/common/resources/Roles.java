package io.meseta.common.resources;

import java.util.Optional;

/** The rules of role names. A {@code /} makes a role the child of another one. */
public final class Roles {
  /** The role of frameworks that have none of their own; nothing can be reserved to it. */
  public static final String DEFAULT = "*";

  private static final int MAX_LENGTH = 1024;

  private Roles() {}

  /** Why {@code role} cannot be a role's name, or nothing. {@code *} is one. */
  public static Optional<String> invalidReason(String role) {
    if (role.equals(DEFAULT)) {
      return Optional.empty();
    }
    if (role.isEmpty()) {
      return Optional.of("A role's name cannot be empty");
    }
    if (role.length() > MAX_LENGTH) {
      return Optional.of("A role's name cannot be longer than " + MAX_LENGTH + " characters");
    }
    if (role.startsWith("/") || role.endsWith("/")) {
      return Optional.of("Role '" + role + "' begins or ends with a '/'");
    }
    for (String part : role.split("/", -1)) {
      var reason = invalidPart(part);
      if (reason.isPresent()) {
        return Optional.of("Role '" + role + "' " + reason.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> invalidPart(String part) {
    if (part.isEmpty()) {
      return Optional.of("has two '/' in a row");
    }
    if (part.equals(".") || part.equals("..") || part.equals(DEFAULT)) {
      return Optional.of("has '" + part + "' as a part");
    }
    if (part.startsWith("-")) {
      return Optional.of("has a part that begins with '-'");
    }
    if (part.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      return Optional.of("contains white space or a control character");
    }
    return Optional.empty();
  }

  /** Whether {@code role} lies below {@code ancestor}: {@code a/b} below {@code a}. */
  public static boolean isStrictlyBelow(String role, String ancestor) {
    return role.length() > ancestor.length() + 1
        && role.charAt(ancestor.length()) == '/'
        && role.startsWith(ancestor);
  }
}
