package io.meseta.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the package page and the class comments show must compile as it stands there. */
class PackagePageTest {

  private static final Path SOURCES = Path.of("src/main/java/io/meseta/scheduler");
  private static final Pattern SNIPPET =
      Pattern.compile("<pre>\\{@code\\R(.*?)\\R \\* \\}</pre>", Pattern.DOTALL);
  private static final String IMPORTS =
      "import io.meseta.api.v1.*;\nimport io.meseta.scheduler.*;\nimport java.util.*;\n";

  @TempDir Path output;

  @Test
  void theExampleFrameworkCompiles() throws IOException {
    String framework = snippets("package-info.java").get(0);

    assertThat(framework).contains("class OneTask implements Scheduler");
    compiles("OneTask", IMPORTS + framework);
  }

  @Test
  void theOtherSnippetsCompile() throws IOException {
    List<String> statements = new ArrayList<>(snippets("package-info.java"));
    statements.remove(0);
    statements.addAll(snippets("OfferBudget.java"));

    assertThat(statements).hasSize(2);
    for (String snippet : statements) {
      compiles(
          "Snippet",
          IMPORTS
              + "class Snippet {\n"
              + "void run(SchedulerDriver driver, Offer offer, Queue<TaskBuilder> waiting) {\n"
              + snippet
              + "\n}\n}");
    }
  }

  @Test
  void theExampleExecutorCompiles() throws IOException {
    String executor = snippets("../executor/package-info.java").get(0);

    assertThat(executor).contains("class Sleepers implements Executor");
    compiles(
        "Sleepers",
        "import io.meseta.api.v1.*;\nimport io.meseta.executor.*;\nimport java.time.Duration;\n"
            + "import java.util.*;\n"
            + executor);
  }

  private static List<String> snippets(String file) throws IOException {
    Matcher matcher = SNIPPET.matcher(Files.readString(SOURCES.resolve(file)));
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1).replaceAll("(?m)^ \\* ?", ""));
    }
    return found;
  }

  private void compiles(String name, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            output.toString(),
            "-classpath",
            System.getProperty("java.class.path", ""));
    boolean compiled = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    assertThat(compiled).as("%s%n%s", messages, source).isTrue();
  }
}
