package io.meseta.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.AgentOptions;
import io.meseta.common.config.LayeredDefaults;
import io.meseta.master.MasterOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class NodeOptionsTest {

  private final CommandLine node = NodeCommand.commandLine();

  @Test
  void everyOptionOfBothRolesIsThere() {
    TreeSet<String> expected =
        new TreeSet<>(names(CommandSpec.forAnnotatedObject(new MasterOptions())));
    expected.addAll(names(CommandSpec.forAnnotatedObject(new AgentOptions())));
    expected.remove("--port");
    expected.addAll(List.of("--master_port", "--agent_port"));

    assertThat(names(node.getCommandSpec())).containsAll(expected).doesNotContain("--port");
  }

  @Test
  void oneAddressMeansBothRoles_andThePortsAreApart() {
    NodeOptions options = new NodeOptions();
    CommandSpec command = CommandSpec.create();
    options.addTo(command);

    new CommandLine(command).parseArgs("--ip=127.0.0.9", "--master_port=6050", "--agent_port=6051");

    assertThat(value(options.master(), "--ip")).isEqualTo("127.0.0.9");
    assertThat(value(options.agent(), "--ip")).isEqualTo("127.0.0.9");
    assertThat(value(options.master(), "--port")).isEqualTo(6050);
    assertThat(value(options.agent(), "--port")).isEqualTo(6051);
  }

  @Test
  void environmentReachesBothRoles() {
    NodeOptions options = new NodeOptions();
    CommandSpec command = CommandSpec.create();
    options.addTo(command);
    CommandLine line = new CommandLine(command);

    LayeredDefaults.install(line, "node", List.of(), Map.of("MESETA_HOSTNAME", "host-9"));
    line.parseArgs();

    assertThat(value(options.master(), "--hostname")).isEqualTo("host-9");
    assertThat(value(options.agent(), "--hostname")).isEqualTo("host-9");
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThat(refusalOf()).contains("A master needs ZooKeeper: --zk=").contains("--embedded_zk");
    assertThat(refusalOf("--no-master")).contains("An agent needs --zk or --master");
    assertThat(refusalOf("--no-master", "--no-agent")).contains("nothing to run");
  }

  private String refusalOf(String... arguments) {
    StringWriter err = new StringWriter();
    node.setErr(new PrintWriter(err));
    assertThat(node.execute(arguments)).isEqualTo(node.getCommandSpec().exitCodeOnInvalidInput());
    return err.toString();
  }

  private static List<String> names(CommandSpec command) {
    return command.options().stream().map(OptionSpec::longestName).toList();
  }

  private static Object value(Object options, String name) {
    Object value = CommandSpec.forAnnotatedObject(options).findOption(name).getValue();
    assertThat(value).isNotNull();
    return value;
  }
}
