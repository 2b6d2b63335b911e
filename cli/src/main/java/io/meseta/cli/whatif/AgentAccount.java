package io.meseta.cli.whatif;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an agent has and what of it is in use, from pages that only have sums by name. */
final class AgentAccount {

  private final Resources total;
  private Resources left;
  private final List<Holding> holdings = new ArrayList<>();

  private AgentAccount(Resources total) {
    this.total = total;
    this.left = total;
  }

  static AgentAccount of(JsonNode agent) throws ResourceException {
    if (!agent.has("unreserved_resources")) {
      return new AgentAccount(resources(agent.path("resources"), ""));
    }
    Resources total = resources(agent.path("unreserved_resources"), "");
    for (Map.Entry<String, JsonNode> reserved : agent.path("reserved_resources").properties()) {
      total = total.plus(resources(reserved.getValue(), reserved.getKey()));
    }
    return new AgentAccount(total);
  }

  Resources total() {
    return total;
  }

  List<Holding> holdings() {
    return List.copyOf(holdings);
  }

  /** What is reserved for the role goes first, then what is reserved for nobody. */
  void use(FrameworkId framework, String role, JsonNode sums) throws ResourceException {
    Resources wanted = resources(sums, "");
    Resources reserved = role.equals("*") ? Resources.EMPTY : resources(sums, role);
    Resources used = Resources.EMPTY;
    for (String name : wanted.names()) {
      used = used.plus(part(name, wanted.named(name), reserved.named(name), role));
    }
    left = left.without(used);
    holdings.add(new Holding(framework, role, used));
  }

  private Resources part(String name, Resources plain, Resources reserved, String role)
      throws ResourceException {
    if (reserved.isEmpty() || left.contains(reserved)) {
      return reserved.isEmpty() ? plain : reserved;
    }
    long ofRole = left.reserved(role).scalarMilli(name);
    if (ofRole == 0 || plain.scalarMilli(name) == 0) {
      return plain;
    }
    String mine = name + "(" + role + "):" + new Scalar(ofRole);
    String rest = name + ":" + new Scalar(plain.scalarMilli(name) - ofRole);
    return Resources.parse(mine + ";" + rest);
  }

  /** {@code {"cpus": 2, "ports": "[31000-32000]"}} for nobody or for a role. */
  private static Resources resources(JsonNode sums, String role) throws ResourceException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> sum : sums.properties()) {
      String value = sum.getValue().asText();
      boolean nothing = sum.getValue().isNumber() && sum.getValue().asDouble() == 0;
      if (!nothing && !value.isBlank()) {
        text.append(text.isEmpty() ? "" : ";").append(sum.getKey());
        text.append(role.isEmpty() ? "" : "(" + role + ")").append(':').append(plain(sum));
      }
    }
    return text.isEmpty() ? Resources.EMPTY : Resources.parse(text.toString());
  }

  private static String plain(Map.Entry<String, JsonNode> sum) throws ResourceException {
    return sum.getValue().isNumber()
        ? Scalar.ofDouble(sum.getValue().asDouble()).toString()
        : sum.getValue().asText();
  }
}
