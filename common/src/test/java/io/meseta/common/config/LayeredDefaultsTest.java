package io.meseta.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class LayeredDefaultsTest {
  @Command(name = "master", mixinStandardHelpOptions = true)
  private static final class Options {
    @Option(names = "--offer_timeout", converter = DurationConverter.class, defaultValue = "2mins")
    private Duration offerTimeout = Duration.ZERO;

    @Option(names = "--max_body", converter = BytesConverter.class, defaultValue = "64MB")
    private Bytes maxBody = new Bytes(0);

    @Option(
        names = {"-p", "--port"},
        defaultValue = "5050")
    private int port;

    @Option(names = "--authenticate", negatable = true, defaultValue = "false")
    private boolean authenticate;

    @Option(names = "--master", negatable = true, defaultValue = "true")
    private boolean master;

    @Option(names = "--work_dir")
    private @Nullable Path workDir;

    @Option(names = "--config")
    private @Nullable Path config;
  }

  @TempDir Path directory;

  private static Options parse(Map<String, String> environment, String... arguments) {
    Options options = new Options();
    CommandLine command = new CommandLine(options);
    LayeredDefaults.install(command, "master", List.of(arguments), environment);
    command.parseArgs(arguments);
    return options;
  }

  private String file(String... lines) throws IOException {
    return Files.write(directory.resolve("meseta.properties"), List.of(lines)).toString();
  }

  @Test
  void withoutAnythingAnOptionHasItsOwnDefault() {
    Options options = parse(Map.of());
    assertThat(options.offerTimeout).isEqualTo(Duration.ofMinutes(2));
    assertThat(options.maxBody).isEqualTo(Bytes.ofMegabytes(64));
    assertThat(options.port).isEqualTo(5050);
    assertThat(options.authenticate).isFalse();
    assertThat(options.master).isTrue();
    assertThat(options.workDir).isNull();
    assertThat(options.config).isNull();
  }

  @Test
  void everyLayerSetsEveryKindOfOption() throws Exception {
    Options fromFile =
        parse(
            Map.of(),
            "--config",
            file(
                "# of the master",
                "offer_timeout = 30secs ",
                "max_body=1GB",
                "port=1",
                "authenticate=true",
                "master=false",
                "work_dir=/var/lib/meseta"));
    assertThat(fromFile.offerTimeout).isEqualTo(Duration.ofSeconds(30));
    assertThat(fromFile.maxBody).isEqualTo(Bytes.ofMegabytes(1024));
    assertThat(fromFile.port).isEqualTo(1);
    assertThat(fromFile.authenticate).isTrue();
    assertThat(fromFile.master).isFalse();
    assertThat(fromFile.workDir).isEqualTo(Path.of("/var/lib/meseta"));

    Options fromEnvironment =
        parse(
            Map.of(
                "MESETA_OFFER_TIMEOUT", "30secs",
                "MESETA_MAX_BODY", "1GB",
                "MESETA_PORT", "1",
                "MESETA_AUTHENTICATE", "true",
                "MESETA_MASTER", "false",
                "MESETA_WORK_DIR", "/var/lib/meseta"));
    assertThat(fromEnvironment)
        .usingRecursiveComparison()
        .ignoringFields("config")
        .isEqualTo(fromFile);
  }

  @Test
  void theHigherLayerWins() throws Exception {
    String config = file("port=1");
    assertThat(parse(Map.of(), "--config=" + config).port).isEqualTo(1);
    Map<String, String> general = Map.of("MESETA_PORT", "2");
    assertThat(parse(general, "--config", config).port).isEqualTo(2);
    Map<String, String> specific = Map.of("MESETA_PORT", "2", "MESETA_MASTER_PORT", "3");
    assertThat(parse(specific, "--config", config).port).isEqualTo(3);
    assertThat(parse(specific, "--config", config, "--port=4").port).isEqualTo(4);
    assertThat(parse(Map.of("MESETA_AGENT_PORT", "5")).port).isEqualTo(5050);
  }

  @Test
  void theFileCanBeNamedByTheEnvironment() throws Exception {
    Map<String, String> environment = Map.of("MESETA_MASTER_CONFIG", file("port=1"));
    assertThat(parse(environment).port).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "true,  --authenticate,       true",
    "false, --authenticate,       true",
    "true,  --no-authenticate,    false",
    "false, --no-authenticate,    false",
    "true,  --authenticate=false, false",
    "false, --authenticate=true,  true"
  })
  void aFlagMeansWhatItSaysWhateverTheLayersBelowHold(
      String below, String argument, boolean expected) {
    assertThat(parse(Map.of("MESETA_AUTHENTICATE", below), argument).authenticate)
        .isEqualTo(expected);
  }

  @Test
  void aFlagThatIsTrueByDefaultCanBeSwitchedOff() {
    assertThat(parse(Map.of(), "--no-master").master).isFalse();
    assertThat(parse(Map.of(), "--master").master).isTrue();
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestOption() throws Exception {
    String config = file("port=1", "offer_timeuot=secret");
    assertThatThrownBy(() -> parse(Map.of(), "--config", config))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("unknown option 'offer_timeuot' in " + config)
        .hasMessageContaining("did you mean 'offer_timeout'?")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"nothing_like_it", "config", "help", "--port"})
  void aKeyThatCannotBeSetInAFileIsRefused(String key) throws Exception {
    String config = file(key + "=x");
    assertThatThrownBy(() -> parse(Map.of(), "--config", config))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("unknown option '" + key + "'");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    String missing = directory.resolve("missing").toString();
    assertThatThrownBy(() -> parse(Map.of(), "--config", missing))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("the file of --config cannot be read")
        .hasMessageContaining(missing);
  }

  @Test
  void aBadValueIsToldWithItsOption() {
    assertThatThrownBy(() -> parse(Map.of("MESETA_OFFER_TIMEOUT", "10")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--offer_timeout")
        .hasMessageContaining("'10' is not a duration");
    assertThatThrownBy(() -> parse(Map.of(), "--max_body=1.5GB"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--max_body")
        .hasMessageContaining("is not a size");
  }

  @Test
  void tellsWhereAValueComesFrom() throws Exception {
    CommandLine command = new CommandLine(new Options());
    String config = file("max_body=1MB");
    LayeredDefaults layers =
        LayeredDefaults.install(
            command, "master", List.of("--config", config), Map.of("MESETA_MASTER_PORT", "3"));
    assertThat(layers.source(option(command, "--port")))
        .contains("environment variable MESETA_MASTER_PORT");
    assertThat(layers.source(option(command, "--max_body"))).contains("file " + config);
    assertThat(layers.source(option(command, "--work_dir"))).isEmpty();
  }

  private static OptionSpec option(CommandLine command, String name) {
    return command.getCommandSpec().findOption(name);
  }

  @Test
  void helpIsNotASetting() {
    CommandLine command = new CommandLine(new Options());
    LayeredDefaults.install(command, "master", List.of(), Map.of("MESETA_HELP", "true"));
    assertThat(command.parseArgs().isUsageHelpRequested()).isFalse();
  }
}
