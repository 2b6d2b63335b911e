package io.meseta.cli.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meseta.api.v1.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documentation with examples. Each is a block of JSON, and before it a comment for
 * each of its tasks that says how the task has to end. A task is named where there are several:
 *
 * <pre>
 * &lt;!-- run: TASK_FINISHED stdout="hello" --&gt;
 * &lt;!-- run: server TASK_KILLED kill --&gt;
 * </pre>
 *
 * <p>A call of the framework while the tasks of the last example run is a block too; the comment
 * before it says what the framework is told then. It may also be told something by itself:
 *
 * <pre>
 * &lt;!-- call: MESSAGE "echo hello" --&gt;
 * &lt;!-- then: FAILURE "0" --&gt;
 * </pre>
 */
final class ExamplePage {

  private static final String RUN = "<!-- run:";
  private static final String CALL = "<!-- call:";
  private static final String THEN = "<!-- then:";
  private static final String BLOCK = "```json";
  private static final Pattern RUN_COMMENT =
      Pattern.compile(
          "<!-- run: (?:(?<task>[a-z][a-z0-9-]*) )?(?<state>TASK_[A-Z_]+)"
              + "(?: stdout=\"(?<stdout>[^\"]*)\"| reason=(?<reason>REASON_[A-Z_]+)"
              + "| message=\"(?<message>[^\"]*)\"|(?<kill> kill))*"
              + " -->");
  private static final Pattern EVENT_COMMENT =
      Pattern.compile("<!-- (?:call|then): (?<event>MESSAGE|FAILURE) \"(?<text>[^\"]*)\" -->");

  private final String name;
  private final List<String> lines;
  private final Map<String, String> hosts;
  private final List<Example> examples = new ArrayList<>();
  private int next;

  private ExamplePage(Path file, Map<String, String> hosts) throws IOException {
    this.name = String.valueOf(file.getFileName()).replace(".md", "");
    this.lines = Files.readAllLines(file);
    this.hosts = hosts;
  }

  /**
   * All examples of a page, in order.
   *
   * @param hosts made-up addresses in the page, and where the test has what is said to be there
   * @throws IOException if a block of JSON is no example, or a comment is wrong
   */
  static List<Example> read(Path file, Map<String, String> hosts) throws IOException {
    ExamplePage page = new ExamplePage(file, hosts);
    while (page.next < page.lines.size()) {
      page.element();
    }
    return page.examples;
  }

  private void element() throws IOException {
    String line = lines.get(next);
    if (line.startsWith(RUN)) {
      example();
    } else if (line.startsWith(CALL)) {
      String event = event(line);
      next++;
      step(new Example.Step(Optional.of(block()), event));
    } else if (line.startsWith(THEN)) {
      step(new Example.Step(Optional.empty(), event(line)));
      next++;
    } else if (line.strip().startsWith(BLOCK)) {
      throw trouble("the block is not run: no comment before it says how it ends");
    } else {
      next++;
    }
  }

  private void example() throws IOException {
    String example = name + "-" + (examples.size() + 1);
    List<Example.Expected> expected = new ArrayList<>();
    for (; lines.get(next).startsWith(RUN); next++) {
      Matcher comment = RUN_COMMENT.matcher(lines.get(next));
      if (!comment.matches()) {
        throw trouble("the comment says not how the example ends");
      }
      expected.add(
          new Example.Expected(
              Example.taskId(example, Optional.ofNullable(comment.group("task"))),
              TaskState.valueOf(comment.group("state")),
              Optional.ofNullable(comment.group("stdout")),
              Optional.ofNullable(comment.group("reason")),
              Optional.ofNullable(comment.group("message")),
              comment.group("kill") != null));
    }
    examples.add(new Example(example, block(), expected, new ArrayList<>()));
  }

  private void step(Example.Step step) throws IOException {
    if (examples.isEmpty()) {
      throw trouble("no example comes before the call");
    }
    examples.get(examples.size() - 1).steps().add(step);
  }

  private String event(String line) throws IOException {
    Matcher comment = EVENT_COMMENT.matcher(line);
    if (!comment.matches()) {
      throw trouble("the comment says not what the framework is told");
    }
    return comment.group("event") + " " + comment.group("text");
  }

  /** The block of JSON that follows; {@link #next} is behind it then. */
  private ObjectNode block() throws IOException {
    while (next < lines.size() && lines.get(next).isBlank()) {
      next++;
    }
    if (next >= lines.size() || !lines.get(next).equals(BLOCK)) {
      throw trouble("a block of JSON has to follow");
    }
    StringBuilder text = new StringBuilder();
    for (next++; !lines.get(next).equals("```"); next++) {
      text.append(lines.get(next)).append('\n');
    }
    next++;
    String json = text.toString();
    for (Map.Entry<String, String> host : hosts.entrySet()) {
      json = json.replace(host.getKey(), host.getValue());
    }
    return (ObjectNode) new ObjectMapper().readTree(json);
  }

  private IOException trouble(String what) {
    return new IOException(name + ".md, line " + (next + 1) + ": " + what);
  }
}
