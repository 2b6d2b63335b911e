package io.meseta.cli.daemon;

import io.meseta.agent.AgentOptions;
import io.meseta.master.MasterOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of both roles on one command line.
 *
 * <p>What both have means both ({@code --ip}, {@code --hostname}), except for the port, which
 * becomes {@code --master_port} and {@code --agent_port}. Nothing is required by itself, since a
 * role may be switched off; the command checks.
 */
final class NodeOptions {

  private static final String PORT = "--port";
  private static final Set<String> OF_ONE_ROLE = Set.of(PORT);

  private final MasterOptions master = new MasterOptions();
  private final AgentOptions agent = new AgentOptions();

  MasterOptions master() {
    return master;
  }

  AgentOptions agent() {
    return agent;
  }

  /** Adds all options to the command, which fill {@link #master} and {@link #agent}. */
  void addTo(CommandSpec command) {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (OptionSpec option : CommandSpec.forAnnotatedObject(master).options()) {
      add(options, option, "master");
    }
    for (OptionSpec option : CommandSpec.forAnnotatedObject(agent).options()) {
      add(options, option, "agent");
    }
    options.values().forEach(command::addOption);
  }

  private static void add(Map<String, OptionSpec> options, OptionSpec option, String role) {
    OptionSpec.Builder builder = OptionSpec.builder(option).required(false);
    String name = option.longestName();
    if (OF_ONE_ROLE.contains(name)) {
      name = "--" + role + "_" + name.substring(2);
      builder.names(name);
      builder.description("The " + role + "'s: " + option.description()[0]);
    }
    OptionSpec other = options.get(name);
    if (other != null) {
      builder.setter(both(other.setter(), option.setter()));
    }
    options.put(name, builder.build());
  }

  private static ISetter both(ISetter first, ISetter second) {
    return new ISetter() {
      @Override
      @SuppressWarnings("TypeParameterUnusedInFormals") // as picocli declares it
      public <T> T set(T value) throws Exception {
        first.set(value);
        return second.set(value);
      }
    };
  }
}
