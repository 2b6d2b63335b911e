package io.meseta.common.acl;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says who may do what. As in Mesos the first entry of an action's list that concerns both
 * principal and object decides, and where none does, {@code permissive}.
 *
 * <p>An entry <i>concerns</i> a principal that it names, and everybody if it says ANY or NONE. Who
 * is concerned is <i>allowed</i> if the entry names them or says ANY; somebody without a principal
 * only by ANY. The same holds for objects, and for an object that has no name.
 *
 * @param permissive the verdict where no entry is concerned
 * @param lists the entries of each action, in order
 */
public record Authorizer(boolean permissive, SortedMap<Action, List<Acl>> lists) {

  private static final String BELOW = "/%";

  public Authorizer {
    SortedMap<Action, List<Acl>> copy = new TreeMap<>();
    lists.forEach((action, list) -> copy.put(action, List.copyOf(list)));
    lists = Collections.unmodifiableSortedMap(copy);
  }

  /** Without any list: everybody may do everything. */
  public static Authorizer allowingEverything() {
    return new Authorizer(true, new TreeMap<>());
  }

  /** Whether nobody can be refused this, so that there is nothing to be asked per object. */
  public boolean allowsEverybody(Action action) {
    List<Acl> list = lists.get(action);
    return permissive && (list == null || list.isEmpty());
  }

  /**
   * Whether the principal may do this to every object, so that there is nothing to be asked per
   * object.
   */
  public boolean allowsForEveryObject(Optional<String> principal, Action action) {
    for (Acl acl : lists.getOrDefault(action, List.of())) {
      if (!concerns(acl.principals(), principal, false)) {
        continue;
      }
      boolean allowsPrincipal = allows(acl.principals(), principal);
      switch (acl.objects().kind()) {
        case ANY -> {
          return allowsPrincipal;
        }
        case NONE -> {
          return false;
        }
        case SOME -> {
          if (!allowsPrincipal) {
            return false;
          }
        }
      }
    }
    return permissive;
  }

  /** Whether the principal, or whoever has none, may do that. */
  public boolean allows(Optional<String> principal, Question question) {
    return allows(principal, question.action(), question.object());
  }

  /**
   * Whether it may be done.
   *
   * @param principal who has been authenticated; empty: nobody has
   * @param object what it is done to; empty: something without a name
   */
  public boolean allows(Optional<String> principal, Action action, Optional<String> object) {
    List<Acl> list = lists.get(action);
    if (list != null) {
      boolean roles = action.isAboutRoles();
      for (Acl acl : list) {
        if (concerns(acl.principals(), principal, false)
            && concerns(acl.objects(), object, roles)) {
          return allows(acl.principals(), principal) && allows(acl.objects(), object);
        }
      }
    }
    return permissive;
  }

  private static boolean concerns(Entities entities, Optional<String> name, boolean roles) {
    return entities.kind() != Entities.Kind.SOME
        || (name.isPresent() && names(entities, name.get(), roles));
  }

  /** Of somebody who is concerned: SOME has named them then. */
  private static boolean allows(Entities entities, Optional<String> name) {
    return switch (entities.kind()) {
      case ANY -> true;
      case NONE -> false;
      case SOME -> name.isPresent();
    };
  }

  private static boolean names(Entities entities, String name, boolean roles) {
    for (String value : entities.values()) {
      if (value.equals(name) || (roles && isBelow(name, value))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBelow(String role, String value) {
    return value.endsWith(BELOW)
        && role.length() > value.length() - 1
        && role.startsWith(value.substring(0, value.length() - 1));
  }
}
