package io.meseta.common.acl;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an access control list can be about; named as Mesos names it. */
public enum Action {
  /** A framework subscribes with a role, or takes one on. */
  REGISTER_FRAMEWORKS("roles"),
  /** A framework runs a task as a user of the system. */
  RUN_TASKS("users"),
  /** Somebody ends a framework; the object is the framework's principal. */
  TEARDOWN_FRAMEWORKS("framework_principals"),
  /** Resources are reserved for a role. */
  RESERVE_RESOURCES("roles"),
  /** A reservation is undone; the object is the principal that made it. */
  UNRESERVE_RESOURCES("reserver_principals"),
  /** A persistent volume is made of a role's resources. */
  CREATE_VOLUMES("roles"),
  /** A persistent volume is destroyed; the object is the principal that made it. */
  DESTROY_VOLUMES("creator_principals"),
  /** A persistent volume of a role grows or shrinks. */
  RESIZE_VOLUMES("roles"),
  GET_QUOTAS("roles"),
  UPDATE_QUOTAS("roles"),
  UPDATE_WEIGHTS("roles"),
  /** A role is shown, with its weight. */
  VIEW_ROLES("roles"),
  /** A page that has no action of its own is read; the object is its path. */
  GET_ENDPOINTS("paths"),
  /** A framework is shown; the object is its user. */
  VIEW_FRAMEWORKS("users"),
  VIEW_TASKS("users"),
  VIEW_EXECUTORS("users"),
  VIEW_FLAGS("flags"),
  /** Files of a sandbox are read; the object is the user that they belong to. */
  ACCESS_SANDBOXES("users"),
  ACCESS_MESOS_LOGS("logs"),
  REGISTER_AGENTS("agents"),
  GET_MAINTENANCE_SCHEDULES("machines"),
  UPDATE_MAINTENANCE_SCHEDULES("machines"),
  GET_MAINTENANCE_STATUSES("machines"),
  START_MAINTENANCES("machines"),
  STOP_MAINTENANCES("machines"),
  MARK_AGENTS_GONE("agents"),
  DRAIN_AGENTS("agents"),
  DEACTIVATE_AGENTS("agents"),
  REACTIVATE_AGENTS("agents"),
  SET_LOG_LEVEL("level"),
  VIEW_CONTAINERS("users"),
  ATTACH_CONTAINERS_INPUT("users"),
  ATTACH_CONTAINERS_OUTPUT("users"),
  /** The object is the user of the container around it. */
  LAUNCH_NESTED_CONTAINERS_UNDER_PARENT_WITH_USER("users"),
  LAUNCH_NESTED_CONTAINER_SESSIONS_UNDER_PARENT_WITH_USER("users"),
  KILL_NESTED_CONTAINERS("users"),
  WAIT_NESTED_CONTAINERS("users"),
  REMOVE_NESTED_CONTAINERS("users"),
  PRUNE_IMAGES("images");

  private final String objects;

  Action(String objects) {
    this.objects = objects;
  }

  /** The name of its list in Mesos's form. */
  public String listName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of the objects in an entry of that list. */
  public String objectsName() {
    return objects;
  }

  /** Whether objects are roles, so that {@code a/%} means all roles below {@code a}. */
  boolean isAboutRoles() {
    return objects.equals("roles");
  }

  static Optional<Action> ofList(String name) {
    return Arrays.stream(values()).filter(action -> action.listName().equals(name)).findFirst();
  }
}
