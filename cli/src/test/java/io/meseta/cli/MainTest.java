package io.meseta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class MainTest {

  private static final Path LAUNCHER = Path.of("../meseta");

  @Test
  void theLaunchersHelpListsEveryCommand() throws Exception {
    Process help = new ProcessBuilder(LAUNCHER.toString(), "help").start();
    String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(help.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(help.exitValue()).isZero();
    assertThat(Main.commandLine().getSubcommands().keySet())
        .allSatisfy(command -> assertThat(text).containsPattern("(?m)^  " + command + " "));
  }

  @Test
  void everyOptionSaysWhatItIsFor() {
    for (CommandLine command : allCommands()) {
      assertThat(command.getCommandSpec().options())
          .filteredOn(option -> !option.hidden())
          .allSatisfy(
              option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
    }
  }

  @Test
  void noOptionIsSetByTwoNamesThatDifferOnlyInDashes() {
    for (CommandLine command : allCommands()) {
      assertThat(command.getCommandSpec().options())
          .extracting(OptionSpec::longestName)
          .extracting(name -> name.replace('-', '_'))
          .doesNotHaveDuplicates();
    }
  }

  /** Commands of commands included. */
  private static List<CommandLine> allCommands() {
    return Main.commandLine().getSubcommands().values().stream()
        .flatMap(command ->
            Stream.concat(Stream.of(command), command.getSubcommands().values().stream()))
        .toList();
  }

  @Test
  void aCommandOfACommandReadsItsOwnOptionsFromTheFile() throws IOException {
    Path file = Files.createTempFile("meseta", ".properties");
    try {
      Files.writeString(file, "scenario=A\n");
      String config = "--config=" + file;

      assertThat(Main.run(new String[] {"bench", "allocator", config, "--help"}, Map.of()))
          .isZero();
      // For the command itself it is an unknown one.
      assertThat(Main.run(new String[] {"bench", config, "--help"}, Map.of())).isEqualTo(2);
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"master", "agent"})
  void aRequiredOptionThatIsMissingIsWrongUsage(String command) {
    assertThat(Main.run(new String[] {command}, Map.of())).isEqualTo(2);
  }

  @Test
  void aConfigFileWithAnUnknownOptionIsWrongUsage() throws IOException {
    Path file = Files.createTempFile("meseta", ".properties");
    try {
      Files.writeString(file, "offer_timeuot=10secs\n");

      assertThat(Main.run(new String[] {"master", "--config", file.toString()}, Map.of()))
          .isEqualTo(2);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void versionPrintsTheVersion() {
    StringWriter out = new StringWriter();
    CommandLine program = Main.commandLine().setOut(new PrintWriter(out));

    assertThat(program.execute("version")).isZero();
    assertThat(out.toString()).startsWith("meseta 0.").contains("java ");
  }

  @Test
  void theTwoLayoutsOfLogsAreOne() throws IOException {
    assertThat(Files.readString(Path.of("src/main/resources/logback.xml")))
        .contains("<pattern>" + Logging.PATTERN + "</pattern>");
  }
}
