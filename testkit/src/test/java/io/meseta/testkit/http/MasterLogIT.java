package io.meseta.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master's own log by pages and by calls. */
@Timeout(120)
class MasterLogIT {

  private static final String JSON = "Content-Type: application/json\r\n";

  @TempDir Path directory;

  private LoopbackCluster cluster;
  private Master master;

  @BeforeEach
  void start() throws Exception {
    cluster = new LoopbackCluster();
    master =
        cluster.standby(
            new MasterOptions()
                .externalLogFile(Files.writeString(directory.resolve("log"), "hello\n")));
    LoopbackCluster.await("the master leads", master::isLeading);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private RawClient.Answer call(String call) throws Exception {
    return RawClient.ask(master.port(), RawClient.postRequest("/api/v1", JSON, call));
  }

  @Test
  void isReadByItsPageWithAndWithoutThePrefix() throws Exception {
    for (String prefix : new String[] {"", "/master"}) {
      assertThat(RawClient.get(master.port(), prefix + "/files/read?path=/master/log").text())
          .isEqualTo("{\"data\":\"hello\\n\",\"offset\":0}");
      assertThat(RawClient.get(master.port(), prefix + "/files/debug").text())
          .contains("/master/log")
          .contains(directory.toString());
    }
    assertThat(RawClient.get(master.port(), "/files/read?path=/master/log/../../etc").status())
        .isEqualTo(404);
    assertThat(RawClient.get(master.port(), "/state").text())
        .contains("\"external_log_file\":\"" + directory.resolve("log") + "\"");
  }

  @Test
  void isReadByItsCall() throws Exception {
    assertThat(
            call("{\"type\":\"READ_FILE\",\"read_file\":"
                    + "{\"path\":\"/master/log\",\"offset\":1,\"length\":3}}")
                .text())
        .isEqualTo("{\"type\":\"READ_FILE\",\"read_file\":{\"size\":6,\"data\":\"ZWxs\"}}");
    assertThat(
            call("{\"type\":\"READ_FILE\",\"read_file\":{\"path\":\"/etc/passwd\",\"offset\":0}}")
                .status())
        .isEqualTo(404);
    assertThat(call("{\"type\":\"READ_FILE\"}").status()).isEqualTo(400);
    assertThat(call("{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"/etc\"}}").status())
        .isEqualTo(404);
    assertThat(call("{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"/master/log\"}}").status())
        .isEqualTo(400);
  }
}
