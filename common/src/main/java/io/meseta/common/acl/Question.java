package io.meseta.common.acl;

import java.util.Optional;

/**
 * Something that a principal may do or not.
 *
 * @param object what it is done to; empty: something without a name
 */
public record Question(Action action, Optional<String> object) {

  /** About an object that has a name. */
  public static Question about(Action action, String object) {
    return new Question(action, Optional.of(object));
  }

  /** About no particular object. */
  public static Question about(Action action) {
    return new Question(action, Optional.empty());
  }

  @Override
  public String toString() {
    return action.listName() + object.map(name -> " of '" + name + "'").orElse("");
  }
}
