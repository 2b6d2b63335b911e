package io.meseta.cli.explain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The answer of the master as lines to read: the sentences first, then agent by agent. */
final class ExplainText {

  private final List<String> lines = new ArrayList<>();

  private ExplainText() {}

  static List<String> of(JsonNode answer) {
    ExplainText text = new ExplainText();
    if (answer.has("line")) {
      text.role(answer);
    }
    answer.path("chances").forEach(text::chance);
    answer
        .path("roles_left_out")
        .forEach(role -> text.lines.add("role '" + role.asText() + "': ask for it with --role"));
    return text.lines;
  }

  private void role(JsonNode answer) {
    lines.add("role '" + answer.path("role").asText() + "' at " + answer.path("at").asText());
    sentences(answer);
    lines.add("");
  }

  private void sentences(JsonNode node) {
    node.path("summary").forEach(sentence -> lines.add("  " + sentence.asText()));
  }

  private void chance(JsonNode chance) {
    lines.add(
        "framework "
            + chance.path("framework_id").asText()
            + " in role '"
            + chance.path("role").asText()
            + "'");
    sentences(chance);
    for (JsonNode agent : chance.path("agents")) {
      lines.add("  agent " + agent.path("agent_id").asText());
      if (agent.path("reasons").isEmpty()) {
        lines.add("    can be offered in the next cycle");
      }
      agent.path("reasons").forEach(reason -> lines.add("    " + reason.path("text").asText()));
    }
    int leftOut = chance.path("agents_left_out").asInt();
    if (leftOut > 0) {
      lines.add("  and " + leftOut + " agents more: --limit lists more, --agent a single one");
    }
    lines.add("");
  }
}
