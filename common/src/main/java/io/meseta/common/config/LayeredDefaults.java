package io.meseta.common.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What an option is when the command line does not say it: {@code MESETA_<PROGRAM>_<OPTION>}, then
 * {@code MESETA_<OPTION>}, then the properties file of {@code --config}, then the option's own
 * default. For the master's {@code --offer_timeout} these are {@code MESETA_MASTER_OFFER_TIMEOUT},
 * {@code MESETA_OFFER_TIMEOUT} and {@code offer_timeout=…}; dashes and dots in a name become
 * underscores in the environment.
 *
 * <p>To be installed once, before parsing. The command declares {@code --config FILE} itself, as an
 * option like any other, so that the help shows it; it may come from the environment too.
 */
public final class LayeredDefaults implements IDefaultValueProvider {
  private static final Logger log = LoggerFactory.getLogger(LayeredDefaults.class);
  private static final String PREFIX = "MESETA_";
  private static final String CONFIG = "config";

  private final String programPrefix;
  private final Map<String, String> environment;
  private final ConfigFile file;

  private LayeredDefaults(String programPrefix, Map<String, String> environment, ConfigFile file) {
    this.programPrefix = programPrefix;
    this.environment = environment;
    this.file = file;
  }

  /** A value and where it was found, for error messages and pages. */
  private record Found(String value, String source) {}

  /**
   * Installs the layers below the command line.
   *
   * <p>Boolean options are made to mean what they say: {@code --x} is true and {@code --no-x}
   * false, whatever the layers below hold (by itself picocli takes {@code --x} for the opposite of
   * the default).
   *
   * @param command the (sub)command whose options these are
   * @param program the name in the environment: {@code master} for {@code MESETA_MASTER_…}
   * @param arguments the command's own arguments, searched for {@code --config}
   * @param environment the process's, or a test's
   * @return the installed layers
   * @throws ParameterException when the file cannot be read or holds an unknown key
   */
  public static LayeredDefaults install(
      CommandLine command,
      String program,
      List<String> arguments,
      Map<String, String> environment) {
    String programPrefix = PREFIX + environmentName(program) + "_";
    Map<String, OptionSpec> options = options(command.getCommandSpec());
    try {
      ConfigFile file =
          configArgument(arguments)
              .or(() -> fromEnvironment(CONFIG, programPrefix, environment).map(Found::value))
              .map(path -> ConfigFile.read(Path.of(path)))
              .orElseGet(ConfigFile::none);
      Map<String, OptionSpec> allowed = new TreeMap<>(options);
      allowed.remove(CONFIG);
      file.checkKeys(allowed.keySet());
      LayeredDefaults layers = new LayeredDefaults(programPrefix, environment, file);
      layers.warnOfUnknownEnvironment(options.keySet());
      straightenBooleans(command.getCommandSpec(), options.values());
      command.setDefaultValueProvider(layers);
      return layers;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }

  /** The options by their long names without dashes; help and version are asked for, not set. */
  private static Map<String, OptionSpec> options(CommandSpec command) {
    Map<String, OptionSpec> options = new TreeMap<>();
    for (OptionSpec option : command.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        options.put(name(option), option);
      }
    }
    return options;
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  private static Optional<String> configArgument(List<String> arguments) {
    Optional<String> found = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        break;
      } else if (argument.startsWith("--config=")) {
        found = Optional.of(argument.substring("--config=".length()));
      } else if (argument.equals("--config") && i + 1 < arguments.size()) {
        found = Optional.of(arguments.get(i + 1));
      }
    }
    return found;
  }

  private static Optional<Found> fromEnvironment(
      String option, String programPrefix, Map<String, String> environment) {
    String suffix = environmentName(option);
    for (String variable : List.of(programPrefix + suffix, PREFIX + suffix)) {
      String value = environment.get(variable);
      if (value != null) {
        return Optional.of(new Found(value, "environment variable " + variable));
      }
    }
    return Optional.empty();
  }

  private static String environmentName(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** Only a warning: the variable may be somebody else's. */
  private void warnOfUnknownEnvironment(Collection<String> options) {
    List<String> known =
        options.stream().map(name -> programPrefix + environmentName(name)).toList();
    environment.keySet().stream()
        .filter(variable -> variable.startsWith(programPrefix) && !known.contains(variable))
        .sorted()
        .forEach(variable ->
            log.warn(
                "The environment variable {} is no option{}",
                variable,
                NearestName.of(variable, known).map(near -> "; is it " + near + "?").orElse("")));
  }

  private static void straightenBooleans(CommandSpec command, Collection<OptionSpec> options) {
    for (OptionSpec option : options) {
      boolean isBoolean = option.type() == boolean.class || option.type() == Boolean.class;
      if (isBoolean && option.fallbackValue().isEmpty() && option.group() == null) {
        command.remove(option);
        command.addOption(OptionSpec.builder(option).fallbackValue("true").build());
      }
    }
  }

  private Optional<Found> find(OptionSpec option) {
    String name = name(option);
    return fromEnvironment(name, programPrefix, environment)
        .or(() ->
            Optional.ofNullable(file.values().get(name))
                .map(value -> new Found(value, "file " + file.name())));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()) {
      return find(option).map(Found::value).orElse(null);
    }
    return null;
  }

  /**
   * Which layer below the command line gives the option its value, such as {@code environment
   * variable MESETA_PORT}; empty when it is the option's own default.
   */
  public Optional<String> source(OptionSpec option) {
    return find(option).map(Found::source);
  }
}
