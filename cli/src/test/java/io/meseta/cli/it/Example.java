package io.meseta.cli.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task in a page of the documentation: a block of JSON, and before it a comment that says how the
 * task has to end.
 *
 * <pre>
 * &lt;!-- run: TASK_FINISHED stdout="hello" --&gt;
 * </pre>
 *
 * @param name page and number, as {@code fetching-3}
 * @param kill it is killed as soon as it runs
 */
record Example(
    String name,
    ObjectNode json,
    TaskState end,
    Optional<String> stdout,
    Optional<String> reason,
    boolean kill) {

  private static final String BEGIN = "<!-- run:";
  private static final Pattern COMMENT =
      Pattern.compile(
          "<!-- run: (?<state>TASK_[A-Z_]+)"
              + "(?: stdout=\"(?<stdout>[^\"]*)\"| reason=(?<reason>REASON_[A-Z_]+)|(?<kill> kill))*"
              + " -->");
  private static final String SMALL = "cpus:0.1;mem:32";

  /** All examples of a page, in order. */
  static List<Example> of(Path page) throws IOException {
    List<String> lines = Files.readAllLines(page);
    String pageName = String.valueOf(page.getFileName()).replace(".md", "");
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(BEGIN)) {
        examples.add(read(pageName + "-" + (examples.size() + 1), lines, i));
      }
    }
    return examples;
  }

  private static Example read(String name, List<String> lines, int at) throws IOException {
    Matcher comment = COMMENT.matcher(lines.get(at));
    if (!comment.matches()) {
      throw new IOException(name + ": '" + lines.get(at) + "' says not how the example ends");
    }
    int begin = at + 1;
    while (begin < lines.size() && lines.get(begin).isBlank()) {
      begin++;
    }
    if (begin >= lines.size() || !lines.get(begin).equals("```json")) {
      throw new IOException(name + ": no block of JSON follows " + lines.get(at));
    }
    int end = begin + 1;
    while (!lines.get(end).equals("```")) {
      end++;
    }
    JsonNode json = new ObjectMapper().readTree(String.join("\n", lines.subList(begin + 1, end)));
    return new Example(
        name,
        (ObjectNode) json,
        TaskState.valueOf(comment.group("state")),
        Optional.ofNullable(comment.group("stdout")),
        Optional.ofNullable(comment.group("reason")),
        comment.group("kill") != null);
  }

  /** The task, with what the page leaves out. */
  TaskInfo task(AgentID agent) throws DecodeException {
    ObjectNode whole = json.deepCopy();
    whole.putObject("task_id").put("value", name);
    whole.putObject("agent_id").put("value", agent.getValue());
    if (!whole.has("name")) {
      whole.put("name", name);
    }
    byte[] bytes = whole.toString().getBytes(StandardCharsets.UTF_8);
    TaskInfo task = Codec.decode(bytes, TaskInfo.getDefaultInstance(), MediaType.JSON);
    if (task.getResourcesCount() > 0) {
      return task;
    }
    return task.toBuilder()
        .addAllResources(Resources.of(SMALL).toProto(ReservationFormat.REFINED))
        .build();
  }

  /** What has to be free for it. */
  Resources resources(AgentID agent) throws DecodeException, ResourceException {
    return Resources.fromProto(task(agent).getResourcesList());
  }
}
