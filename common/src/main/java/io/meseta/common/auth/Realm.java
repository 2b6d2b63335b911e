package io.meseta.common.auth;

/**
 * A part of a daemon's paths with one rule for who may come in.
 *
 * @param name as {@code WWW-Authenticate} tells it
 * @param entry what is demanded
 */
public record Realm(String name, Entry entry) {

  /** What is demanded of a request. */
  public enum Entry {
    /** Nothing, and nothing is looked at. */
    OPEN,
    /** Nothing; but who says who they are has to prove it. */
    ANYBODY,
    /** A principal, proved. */
    AUTHENTICATED,
    /** A principal, proved by a credential or by the certificate of the connection. */
    AUTHENTICATED_OR_CERTIFIED
  }

  /** One where nothing is looked at. */
  public static final Realm OPEN = new Realm("", Entry.OPEN);

  /** One where a principal has to be proved, if so required. */
  public static Realm of(String name, boolean required) {
    return new Realm(name, required ? Entry.AUTHENTICATED : Entry.ANYBODY);
  }
}
