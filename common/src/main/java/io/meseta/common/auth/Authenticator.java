package io.meseta.common.auth;

import java.util.Optional;

/** Knows one scheme of the {@code Authorization} header. Called on threads that must not block. */
interface Authenticator {

  /** The scheme, as {@code WWW-Authenticate} tells it: {@code Basic}. */
  String scheme();

  /**
   * Who it is.
   *
   * @param parameter what follows the scheme in the header
   * @return empty if that is not proved
   */
  Optional<String> principal(String parameter);
}
