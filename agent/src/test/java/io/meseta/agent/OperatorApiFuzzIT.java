package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.testing.FuzzRun;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests that are nearly right, against a whole agent: each is refused with a
 * reason, nothing is started, nothing is kept.
 */
class OperatorApiFuzzIT {

  private static final long MAX_GROWTH_BYTES = 24L * 1024 * 1024;

  @TempDir Path workDir;
  private final AtomicInteger started = new AtomicInteger();

  /** Counts what it is asked to run. */
  private final class CountingContainerizer implements Containerizer, ContainerExec {
    @Override
    public Session exec(ContainerId container, Command command, Output output) throws IOException {
      started.incrementAndGet();
      throw new IOException("nothing runs here");
    }

    @Override
    public void start(Listener listener) {}

    @Override
    public void observe(AgentId agent) {}

    @Override
    public void launch(ContainerSpec spec) {
      started.incrementAndGet();
    }

    @Override
    public void go(ContainerId container) {}

    @Override
    public void adopt(ContainerSpec spec) {
      started.incrementAndGet();
    }

    @Override
    public void kill(ContainerId container, Duration grace) {}

    @Override
    public void update(ContainerId container, TaskInfo sized) {}

    @Override
    public void remove(ContainerId container) {}

    @Override
    public void close() {}
  }

  @Test
  void everyRequestIsRefusedWithAReasonAndNothingElseHappens() throws Exception {
    // Nobody leads at that address: the agent has no master, and needs none to answer.
    AgentOptions options = new AgentOptions().master("127.0.0.1:9").port(0).workDir(workDir);
    try (Agent agent = Agent.start(options, (o, fetcher) -> new CountingContainerizer())) {
      FuzzRun fuzz =
          new FuzzRun(agent.port(), seed -> new FuzzedCalls(seed, agent.routes().keySet()).next());
      fuzz.send(0, FuzzRun.REQUESTS / 5);
      long before = FuzzRun.usedBytes();
      fuzz.send(FuzzRun.REQUESTS / 5, FuzzRun.REQUESTS);
      assertThat(fuzz.wrong()).isEmpty();
      assertThat(FuzzRun.usedBytes() - before).isLessThan(MAX_GROWTH_BYTES);
      assertThat(started.get()).isZero();
      assertThat(RawClient.get(agent.port(), "/health").status()).isEqualTo(200);
      // Were all refused for one and the same reason, little would have been tried.
      assertThat(fuzz.answers()).containsKeys(400, 404, 406, 415, 501);
    }
  }
}
