package io.meseta.common.acl;

import java.util.List;

/**
 * Whom, or what, an entry names.
 *
 * @param values what {@link Kind#SOME} stands for; empty for the others
 */
public record Entities(Kind kind, List<String> values) {

  /** How they are named. */
  public enum Kind {
    /** One by one. */
    SOME,
    /** All, the nameless included. */
    ANY,
    /** Nobody: who meets such an entry is refused. */
    NONE
  }

  public static final Entities ANY = new Entities(Kind.ANY, List.of());
  public static final Entities NONE = new Entities(Kind.NONE, List.of());

  public Entities {
    values = List.copyOf(values);
  }

  /** These. */
  public static Entities of(String... values) {
    return new Entities(Kind.SOME, List.of(values));
  }
}
