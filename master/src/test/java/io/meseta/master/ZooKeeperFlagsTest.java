package io.meseta.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Which ZooKeeper a master uses, and that its password is shown nowhere. */
class ZooKeeperFlagsTest {

  private static final String SECRET = "zk://joe:s3cr3t@h1:1,h2:2/m";

  @TempDir Path directory;

  private static MasterOptions parse(String... arguments) {
    MasterOptions options = new MasterOptions();
    CommandSpec spec = CommandSpec.create();
    spec.addMixin("options", CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(arguments);
    return options;
  }

  @Test
  void withoutAnyItIsSaidWhatToDo() {
    assertThat(parse().problem())
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("--zk=zk://").contains("--embedded_zk"));
    assertThat(parse("--zk=").problem()).isPresent();
    assertThatThrownBy(() -> Master.start(parse())).hasMessageContaining("--embedded_zk");
  }

  @Test
  void oneIsEnough() {
    assertThat(parse("--zk=" + SECRET).problem()).isEmpty();
    assertThat(parse("--embedded_zk").problem()).isEmpty();
    assertThat(parse("--embedded_zk=false").problem()).isPresent();
    assertThat(parse("--embedded_zk", "--zk=" + SECRET).problem()).isPresent();
    assertThat(parse("--embedded_zk", "--embedded_zk_port=70000").problem()).isPresent();
  }

  @Test
  void thePasswordIsNotAmongTheFlags() throws IOException {
    Path file = Files.writeString(directory.resolve("zk"), SECRET + "\n");

    for (String zk : new String[] {SECRET, "file://" + file}) {
      MasterOptions options = parse("--zk=" + zk);
      assertThat(options.zooKeeper.url().connectString()).isEqualTo("h1:1,h2:2");
      assertThat(options.flags())
          .containsEntry("zk", "zk://joe:***@h1:1,h2:2/m")
          .doesNotContainValue(SECRET);
      assertThat(options.flags().toString()).doesNotContain("s3cr3t");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zk://joe:s3cr3t@h1:1",
        "zk://joe:s3cr3t@h1:port/m",
        "zk://joe:s3cr3t@h1:1/",
        "zk://joe:s3cr3t@/m",
        "zks://joe:s3cr3t@h1:1/m"
      })
  void norIsItInAMessageOfWhatIsWrong(String zk) {
    assertThatThrownBy(() -> parse("--zk=" + zk).flags())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void anEmbeddedOneIsDurableAndTellsWhereItIs() throws Exception {
    ZooKeeperFlags flags = new ZooKeeperFlags();
    flags.embedded(directory, 0);
    try (ZooKeeperPlace place = ZooKeeperPlace.open(flags)) {
      int port = place.server().map(EmbeddedZooKeeper::port).orElseThrow();
      assertThat(place.url()).hasToString("zk://127.0.0.1:" + port + "/meseta");
      assertThat(directory.resolve("zookeeper")).isDirectory();

      flags.embedded(directory.resolve("other"), port);
      assertThatThrownBy(() -> ZooKeeperPlace.open(flags))
          .isInstanceOf(IOException.class)
          .hasNoCause()
          .hasMessageContaining("port " + port)
          .hasMessageContaining("--embedded_zk_port");
    }
  }
}
