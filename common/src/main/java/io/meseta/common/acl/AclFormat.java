package io.meseta.common.acl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Mesos's form: {@code {"permissive": false, "run_tasks": [{"principals": {"values": ["a"]},
 * "users": {"type": "ANY"}}]}}.
 *
 * <p>Stricter than Mesos where leniency would open a door: a name that is not known, of a list or
 * within an entry, is an error.
 */
public final class AclFormat {

  private static final Logger log = LoggerFactory.getLogger(AclFormat.class);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Lists of Mesos for what there is not here: accepted, so that a file can be taken along. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "create_block_disks",
          "destroy_block_disks",
          "create_mount_disks",
          "destroy_mount_disks",
          "destroy_raw_disks",
          "view_standalone_containers",
          "launch_standalone_containers",
          "kill_standalone_containers",
          "wait_standalone_containers",
          "remove_standalone_containers",
          "launch_nested_containers_as_user",
          "launch_nested_container_sessions_as_user",
          "view_resource_providers",
          "modify_resource_provider_configs",
          "mark_resource_providers_gone");

  private AclFormat() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with what is wrong, and where
   */
  public static Authorizer parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The ACLs are no JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("The ACLs are no JSON object");
    }
    boolean permissive = true;
    SortedMap<Action, List<Acl>> lists = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("permissive")) {
        permissive = bool(field.getValue());
        continue;
      }
      Optional<Action> action = Action.ofList(field.getKey());
      if (action.isPresent()) {
        lists.put(action.get(), list(action.get(), field.getValue()));
      } else if (WITHOUT_EFFECT.contains(field.getKey())) {
        log.info("The ACL '{}' is about nothing that exists here", field.getKey());
      } else {
        throw new IllegalArgumentException("There is no ACL named '" + field.getKey() + "'");
      }
    }
    return new Authorizer(permissive, lists);
  }

  private static boolean bool(JsonNode value) {
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("'permissive' is true or false, not " + value);
    }
    return value.booleanValue();
  }

  private static List<Acl> list(Action action, JsonNode entries) {
    if (!entries.isArray()) {
      throw new IllegalArgumentException("'" + action.listName() + "' is a list of entries");
    }
    List<Acl> list = new ArrayList<>();
    for (JsonNode entry : entries) {
      list.add(entry(action, list.size(), entry));
    }
    return list;
  }

  private static Acl entry(Action action, int index, JsonNode entry) {
    String where = "'" + action.listName() + "[" + index + "]'";
    for (Iterator<String> names = entry.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!name.equals("principals") && !name.equals(action.objectsName())) {
        throw new IllegalArgumentException(
            where + " has 'principals' and '" + action.objectsName() + "', not '" + name + "'");
      }
    }
    return new Acl(
        entities(where, "principals", entry), entities(where, action.objectsName(), entry));
  }

  private static Entities entities(String where, String name, JsonNode entry) {
    JsonNode node = entry.get(name);
    if (node == null || !node.isObject()) {
      throw new IllegalArgumentException(
          where + " lacks '" + name + "': {\"values\": […]} or {\"type\": \"ANY\" or \"NONE\"}");
    }
    String type = node.path("type").asText("SOME");
    return switch (type) {
      case "ANY" -> Entities.ANY;
      case "NONE" -> Entities.NONE;
      case "SOME" -> new Entities(Entities.Kind.SOME, values(where, name, node));
      default ->
          throw new IllegalArgumentException(
              where + ": the type of '" + name + "' is ANY, NONE or SOME, not '" + type + "'");
    };
  }

  private static List<String> values(String where, String name, JsonNode node) {
    JsonNode given = node.path("values");
    List<String> values = new ArrayList<>();
    for (JsonNode value : given) {
      if (!value.isTextual()) {
        throw new IllegalArgumentException(where + ": the values of '" + name + "' are texts");
      }
      values.add(value.textValue());
    }
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          where + ": '" + name + "' names nobody; say {\"type\": \"NONE\"} if that is meant");
    }
    return values;
  }
}
